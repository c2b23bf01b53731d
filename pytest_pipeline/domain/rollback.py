"""The way back: a plan computed from what is observed, not from what was intended."""

from __future__ import annotations

from collections.abc import Collection

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.observations import Observation
from pytest_pipeline.domain.plans import AwaitHealthy, Drain, Launch, Plan, Shift, Step, Stop
from pytest_pipeline.domain.shares import shift_by_count


def plan_rollback(
    stable: Fleet | None,
    candidate: Fleet,
    seen: Observation,
    *,
    minimum_healthy: int = 0,
    trusted: bool = False,
) -> Plan:
    """Plan the return of all traffic to stable, and the end of the candidate.

    What is ready of stable takes all traffic at once; what was stopped is started again and
    joins. Where too little of stable is ready, instances of a candidate that no alarm speaks
    against go on serving until stable is complete. Without stable nothing serves in the end.

    Args:
        stable: What served before; None for a first deployment.
        candidate: What failed.
        seen: What runs now.
        minimum_healthy: Instances that are to serve at any time; count, >= 0.
        trusted: Whether the candidate's instances answer as they should, as far as is known.
    """
    wanted = stable.instances if stable else ()
    ready = _those(wanted, seen.ready)
    missing = tuple(each for each in wanted if each not in seen.running)
    failed = _those(candidate.instances, seen.running)
    helping = _those(failed, seen.ready & seen.serving) if trusted else ()
    steps: list[Step] = []
    if stable and helping and len(ready) < minimum_healthy:
        steps.append(shift_by_count(_those(ready, seen.serving), helping))
    elif ready or not wanted:
        steps.append(Shift(ready, (), 0))
    if stable and missing:
        steps.append(Launch(stable.release, missing))
    if len(ready) < len(wanted):
        steps += [AwaitHealthy(wanted), Shift(wanted, (), 0)]
    if failed:
        steps += [Drain(failed), Stop(failed)]
    return Plan("rollback", tuple(steps), minimum_healthy if trusted else 0)


def _those(instances: tuple[str, ...], among: Collection[str]) -> tuple[str, ...]:
    return tuple(each for each in instances if each in among)
