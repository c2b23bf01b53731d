"""How the way back of a strategy is measured: aborted at the last moment, or deployed."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import DelayScaleDown, Drain, Launch, Plan, Stop

#: Longer than anybody takes to ask for the way back, seconds.
HELD_S = 60.0


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
