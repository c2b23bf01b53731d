"""Blue/green: a full second set beside the first, and one switch of all traffic."""

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
    Stop,
)


@dataclass(frozen=True)
class BlueGreenOptions:
    """Options of the blue/green strategy.

    Attributes:
        min_ready_s: How long the new set must stay ready before the switch, seconds, >= 0.
        bake_s: How long alarms are watched after the switch, seconds, >= 0; until its end the old
            set runs, so that going back is one router update.
    """

    min_ready_s: float = 0.0
    bake_s: float = 5.0


def plan_blue_green(options: BlueGreenOptions, stable: Fleet | None, candidate: Fleet) -> Plan:
    """Plan a blue/green deployment.

    Twice the instances run until the bake time is over; no request sees a mixed fleet.

    Args:
        options: See `BlueGreenOptions`.
        stable: What serves now; None for a first deployment.
        candidate: What is to serve.
    """
    if stable is None:
        return plan_first_release(
            "blue-green", candidate, min_ready_s=options.min_ready_s, bake_s=options.bake_s
        )
    return Plan(
        "blue-green",
        (
            Migrate(candidate.release),
            Launch(candidate.release, candidate.instances),
            AwaitHealthy(candidate.instances, options.min_ready_s),
            Shift((), candidate.instances, 100),
            Bake(options.bake_s),
            Drain(stable.instances),
            Stop(stable.instances),
        ),
    )
