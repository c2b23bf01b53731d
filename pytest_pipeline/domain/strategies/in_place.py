"""In-place: stop stable on each instance's place, start the candidate there."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.first_release import plan_first_release
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import (
    AwaitHealthy,
    Bake,
    Drain,
    Launch,
    Migrate,
    Plan,
    Step,
    Stop,
)
from pytest_pipeline.domain.shares import batches, shift_by_count
from pytest_pipeline.errors import PlanError


@dataclass(frozen=True)
class InPlaceOptions:
    """Options of the in-place strategy.

    Attributes:
        max_unavailable: Instances replaced at once; count, >= 1.
        min_ready_s: How long new instances must stay ready, seconds, >= 0.
        bake_s: How long alarms are watched at the end, seconds, >= 0.
    """

    max_unavailable: int = 1
    min_ready_s: float = 0.0
    bake_s: float = 2.0


def plan_in_place(options: InPlaceOptions, stable: Fleet | None, candidate: Fleet) -> Plan:
    """Plan an in-place deployment.

    Capacity dips by ``max_unavailable``; with a single instance nothing serves meanwhile.

    Args:
        options: See `InPlaceOptions`.
        stable: What serves now; None for a first deployment.
        candidate: What is to serve.

    Raises:
        PlanError: If an option is out of range.
    """
    if options.max_unavailable < 1:
        raise PlanError(f"max_unavailable must be at least 1, got {options.max_unavailable}")
    if stable is None:
        return plan_first_release(
            "in-place", candidate, min_ready_s=options.min_ready_s, bake_s=options.bake_s
        )
    steps: list[Step] = [Migrate(candidate.release)]
    remaining, serving = stable.instances, ()  # type: tuple[str, ...], tuple[str, ...]
    for place in batches(stable.instances, options.max_unavailable):
        starting = candidate.instances[len(serving) : len(serving) + len(place)]
        remaining = remaining[len(place) :]
        steps += [shift_by_count(remaining, serving), Drain(place), Stop(place)]
        if starting:
            serving += starting
            steps += [
                Launch(candidate.release, starting, replaces=place[: len(starting)]),
                AwaitHealthy(starting, options.min_ready_s),
                shift_by_count(remaining, serving),
            ]
    added = candidate.instances[len(serving) :]
    if added:
        steps += [
            Launch(candidate.release, added),
            AwaitHealthy(added, options.min_ready_s),
            shift_by_count((), candidate.instances),
        ]
    return Plan("in-place", (*steps, Bake(options.bake_s)))
