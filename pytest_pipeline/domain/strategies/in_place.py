"""In-place: stop stable on each instance's place, start the candidate there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.lifecycle_events import Hooks
from pytest_pipeline.domain.plans import (
    AwaitHealthy,
    Bake,
    Drain,
    Launch,
    Migrate,
    Plan,
    Shift,
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
        hooks: Lifecycle event to the program and arguments that are run at it, once for each
            instance that is replaced.
        hook_timeout_s: Longest duration of a hook for one instance, seconds, > 0.
    """

    max_unavailable: int = 1
    min_ready_s: float = 0.0
    bake_s: float = 2.0
    hooks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hook_timeout_s: float = 60.0


def plan_in_place(options: InPlaceOptions, stable: Fleet | None, candidate: Fleet) -> Plan:
    """Plan an in-place deployment.

    Batch by batch, instances of stable leave the router, finish what is in flight and stop; the
    candidate starts at their addresses and gets their traffic. Capacity dips by
    ``max_unavailable``; with a single instance nothing serves meanwhile.

    Args:
        options: See `InPlaceOptions`.
        stable: What serves now; None for a first deployment.
        candidate: What is to serve.

    Raises:
        PlanError: If an option is out of range, or a hook is for no event that takes one.

    Source:
        CodeDeploy, in-place deployments and the AppSpec's lifecycle events.
    """
    if options.max_unavailable < 1:
        raise PlanError(f"max_unavailable must be at least 1, got {options.max_unavailable}")
    hooks = Hooks(options.hooks, options.hook_timeout_s)
    places = stable.instances if stable else ()
    remaining, serving = places, ()  # type: tuple[str, ...], tuple[str, ...]
    steps: list[Step] = [Migrate(candidate.release)]
    for place in batches(places, options.max_unavailable):
        starting = candidate.instances[len(serving) : len(serving) + len(place)]
        remaining = remaining[len(place) :]
        steps += _leave(hooks, place, shift_by_count(remaining, serving))
        if starting:
            serving += starting
            launch = Launch(candidate.release, starting, replaces=place[: len(starting)])
            steps += _arrive(options, hooks, launch, shift_by_count(remaining, serving))
    added = candidate.instances[len(serving) :]
    if added:
        launch = Launch(candidate.release, added)
        steps += _arrive(options, hooks, launch, shift_by_count((), candidate.instances))
    kept = min(len(places) - options.max_unavailable, len(candidate.instances))
    return Plan("in-place", (*steps, Bake(options.bake_s)), minimum_healthy=max(0, kept))


def _leave(hooks: Hooks, place: tuple[str, ...], away: Shift) -> list[Step]:
    """Return how a batch of stable goes; the events in CodeDeploy's order."""
    return [
        *hooks.at("BeforeBlockTraffic", place),
        away,
        Drain(place),
        *hooks.at("AfterBlockTraffic", place),
        *hooks.at("ApplicationStop", place),
        Stop(place),
    ]


def _arrive(options: InPlaceOptions, hooks: Hooks, launch: Launch, back: Shift) -> list[Step]:
    """Return how a batch of the candidate comes; the events in CodeDeploy's order."""
    starting = launch.instances
    return [
        *hooks.at("BeforeInstall", starting),
        *hooks.at("AfterInstall", starting),
        launch,
        *hooks.at("ApplicationStart", starting),
        AwaitHealthy(starting, options.min_ready_s),
        *hooks.at("ValidateService", starting),
        *hooks.at("BeforeAllowTraffic", starting),
        back,
        *hooks.at("AfterAllowTraffic", starting),
    ]
