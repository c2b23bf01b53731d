"""Rolling: replace instances batch by batch; both releases serve meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

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
class RollingOptions:
    """Options of the rolling strategy.

    Attributes:
        batch_size: Instances replaced a step; count, >= 1.
        min_ready_s: How long new instances must stay ready, seconds, >= 0.
        monitor_s: How long alarms are watched after each batch but the last, seconds, >= 0.
        bake_s: How long alarms are watched at the end, seconds, >= 0.
    """

    batch_size: int = 1
    min_ready_s: float = 0.0
    monitor_s: float = 0.0
    bake_s: float = 3.0


def plan_rolling(options: RollingOptions, stable: Fleet | None, candidate: Fleet) -> Plan:
    """Plan a rolling deployment: each batch starts before the one that it replaces stops.

    Capacity never dips; up to ``batch_size`` instances run more than wanted.

    Args:
        options: See `RollingOptions`.
        stable: What serves now; None for a first deployment.
        candidate: What is to serve.

    Raises:
        PlanError: If an option is out of range.

    Source:
        compose-spec, ``update_config``: ``parallelism``, ``order: start-first``, ``monitor``.
    """
    if options.batch_size < 1:
        raise PlanError(f"batch_size must be at least 1, got {options.batch_size}")
    if stable is None:
        return plan_first_release(
            "rolling", candidate, min_ready_s=options.min_ready_s, bake_s=options.bake_s
        )
    steps: list[Step] = [Migrate(candidate.release)]
    remaining, serving = stable.instances, ()  # type: tuple[str, ...], tuple[str, ...]
    arriving = batches(candidate.instances, options.batch_size)
    leaving = batches(stable.instances, options.batch_size)
    for number, (starting, stopping) in enumerate(zip_longest(arriving, leaving, fillvalue=())):
        if starting:
            steps += [
                Launch(candidate.release, starting),
                AwaitHealthy(starting, options.min_ready_s),
            ]
        serving += starting
        remaining = remaining[len(stopping) :]
        steps.append(shift_by_count(remaining, serving))
        if stopping:
            steps += [Drain(stopping), Stop(stopping)]
        if options.monitor_s and number < max(len(arriving), len(leaving)) - 1:
            steps.append(Bake(options.monitor_s))
    return Plan("rolling", (*steps, Bake(options.bake_s)))
