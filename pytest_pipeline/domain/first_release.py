"""The plan of a first deployment: there is nothing to replace, so strategies do not differ."""

from __future__ import annotations

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import AwaitHealthy, Bake, Launch, Migrate, Plan, Shift, Step


def plan_first_release(
    strategy: str,
    candidate: Fleet,
    *,
    ready: AwaitHealthy,
    bake_s: float,
    before_traffic: tuple[Step, ...] = (),
) -> Plan:
    """Plan the start of a release where none serves; it keeps no instance healthy meanwhile.

    Args:
        strategy: Name of the strategy that was asked for.
        candidate: What is to serve.
        ready: The wait for its instances.
        bake_s: How long alarms are watched at the end, seconds, >= 0.
        before_traffic: What is done between the two.
    """
    return Plan(
        strategy,
        (
            Migrate(candidate.release),
            Launch(candidate.release, candidate.instances),
            ready,
            *before_traffic,
            Shift((), candidate.instances, 100),
            Bake(bake_s),
        ),
    )
