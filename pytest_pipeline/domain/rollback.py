"""The way back: a plan computed from what is observed, not from what was intended."""

from __future__ import annotations

from collections.abc import Collection

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import AwaitHealthy, Drain, Launch, Plan, Shift, Step, Stop


def plan_rollback(stable: Fleet | None, candidate: Fleet, running: Collection[str]) -> Plan:
    """Plan the return of all traffic to stable, and the end of the candidate.

    What still runs of stable takes all traffic at once; what was stopped is started again and
    joins. Without stable nothing serves in the end.

    Args:
        stable: What served before; None for a first deployment.
        candidate: What failed.
        running: Identifiers of all instances that run now.
    """
    wanted = stable.instances if stable else ()
    alive = tuple(each for each in wanted if each in running)
    missing = tuple(each for each in wanted if each not in running)
    failed = tuple(each for each in candidate.instances if each in running)
    steps: list[Step] = []
    if alive or not wanted:
        steps.append(Shift(alive, (), 0))
    if stable and missing:
        steps += [
            Launch(stable.release, missing),
            AwaitHealthy(missing),
            Shift(wanted, (), 0),
        ]
    if failed:
        steps += [Drain(failed), Stop(failed)]
    return Plan("rollback", tuple(steps))
