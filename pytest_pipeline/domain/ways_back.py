"""How the way back of a strategy is measured: aborted at the last moment, or deployed."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import DelayScaleDown, Drain, Launch, Plan, Stop
from pytest_pipeline.domain.rollback_triggers import RollbackTrigger
from pytest_pipeline.domain.rollouts import Phase

#: Longer than anybody takes to ask for the way back, seconds.
HELD_S = 60.0
#: Why deployments are taken back to measure it, for people.
REASON = "the comparison measures the way back"


class WayBack(StrEnum):
    """Which way back is meant, in the words of the table's note."""

    ABORTED = "taken back by an abort just before the old set is drained"
    REDEPLOYED = "taken back by deploying the earlier release again"


def way_back_failure(meant: WayBack, back: DeploymentRecord, *, asked: bool) -> str:
    """Return why a way back is not the one that was meant; empty when it is.

    A deployment that went back by itself looks like an aborted one: only what was asked for here,
    at the last moment, counts as an abort.

    Args:
        meant: Which way was meant.
        back: What it came to.
        asked: Whether the abort was asked for, which is done at the last moment alone.
    """
    if meant is WayBack.REDEPLOYED:
        came = back.status is DeploymentStatus.SUCCEEDED
    else:
        came = (
            asked
            and back.trigger == RollbackTrigger.STOP_ON_REQUEST
            and REASON in back.failure
            and back.phase == Phase.ROLLED_BACK
        )
    return "" if came else back.failure or f"it ended {back.status}, {back.phase or 'unfinished'}"


def held_at_last_moment(plan: Plan, stable: Fleet) -> Plan | None:
    """Return the part of a plan after which going back is still one router update, held there.

    The plan is held where all traffic is on the candidate, and stable is about to be drained.

    Args:
        plan: The plan of a deployment.
        stable: What serves before.

    Returns:
        The plan as far as that, with a wait at its end; None for one that takes instances of stable
        out while others still serve: going back means to start them again.
    """
    old = frozenset(stable.instances)
    for index, step in enumerate(plan.steps):
        if isinstance(step, Drain | Stop) and old & frozenset(step.instances):
            if not old <= frozenset(step.instances) or _stops_first(plan, index):
                return None
            held = DelayScaleDown(stable.instances, HELD_S)
            return replace(plan, steps=(*plan.steps[:index], held))
    return None


def _stops_first(plan: Plan, index: int) -> bool:
    """Return whether the candidate is launched only after stable was taken out."""
    return any(isinstance(step, Launch) for step in plan.steps[index:])
