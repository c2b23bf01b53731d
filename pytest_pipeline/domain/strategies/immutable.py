"""Immutable: a full new set beside the old; nothing that exists is ever modified."""

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
    Shift,
    Step,
    Stop,
)
from pytest_pipeline.domain.shares import shift_by_count


@dataclass(frozen=True)
class ImmutableOptions:
    """Options of the immutable strategy.

    Attributes:
        min_ready_s: How long new instances must stay ready, seconds, >= 0.
        bake_s: How long alarms are watched while both sets serve, seconds, >= 0.
    """

    min_ready_s: float = 0.0
    bake_s: float = 3.0


def plan_immutable(options: ImmutableOptions, stable: Fleet | None, candidate: Fleet) -> Plan:
    """Plan an immutable deployment.

    One new instance shows that the candidate can run at all; then the rest of a full new set is
    launched. Both sets serve side by side under alarms; then the old set is drained and
    destroyed. Until then it was never touched, so that the way back is one router update.

    Args:
        options: See `ImmutableOptions`.
        stable: What serves now; None for a first deployment.
        candidate: What is to serve.

    Source:
        AWS Elastic Beanstalk, "Immutable environment updates".
    """
    if stable is None:
        ready = AwaitHealthy(candidate.instances, options.min_ready_s)
        return plan_first_release("immutable", candidate, ready=ready, bake_s=options.bake_s)
    steps: list[Step] = [Migrate(candidate.release)]
    for batch in (candidate.instances[:1], candidate.instances[1:]):
        if batch:
            steps += [Launch(candidate.release, batch), AwaitHealthy(batch, options.min_ready_s)]
    steps += [
        shift_by_count(stable.instances, candidate.instances),
        Bake(options.bake_s),
        Shift((), candidate.instances, 100),
        Drain(stable.instances),
        Stop(stable.instances),
    ]
    kept = min(len(stable.instances), len(candidate.instances))
    return Plan("immutable", tuple(steps), minimum_healthy=kept)
