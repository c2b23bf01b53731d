"""The plan of a first deployment: there is nothing to replace, so strategies do not differ."""

from __future__ import annotations

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import AwaitHealthy, Bake, Launch, Migrate, Plan, Shift


def plan_first_release(
    strategy: str, candidate: Fleet, *, min_ready_s: float, bake_s: float
) -> Plan:
    """Plan the start of a release where none serves.

    Args:
        strategy: Name of the strategy that was asked for.
        candidate: What is to serve.
        min_ready_s: How long instances must stay ready, seconds, >= 0.
        bake_s: How long alarms are watched at the end, seconds, >= 0.
    """
    return Plan(
        strategy,
        (
            Migrate(candidate.release),
            Launch(candidate.release, candidate.instances),
            AwaitHealthy(candidate.instances, min_ready_s),
            Shift((), candidate.instances, 100),
            Bake(bake_s),
        ),
    )
