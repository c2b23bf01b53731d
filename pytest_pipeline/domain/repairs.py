"""What a rollout takes for granted when it is resumed, and is not so any more."""

from __future__ import annotations

from pytest_pipeline.domain.fleet_expectations import expected
from pytest_pipeline.domain.observations import Observation
from pytest_pipeline.domain.plans import AwaitHealthy, Drain, Launch, Step, Stop
from pytest_pipeline.domain.rollouts import RolloutState


def plan_repair(state: RolloutState, seen: Observation) -> tuple[Step, ...]:
    """Return the steps after which all is as the steps that were done had left it.

    Args:
        state: A rollout that is rolling out; its next step may have been performed in part.
        seen: What runs now.
    """
    wanted = expected(state.plan, state.index, state.stable)
    next_step = state.plan.steps[state.index]
    leaving = set(getattr(next_step, "instances", ())) if _stops(next_step) else set()
    steps: list[Step] = []
    for fleet in (state.stable, state.candidate):
        instances = fleet.instances if fleet else ()
        missing = tuple(
            each
            for each in instances
            if each in wanted.running and each not in seen.running and each not in leaving
        )
        if fleet and missing:
            steps += [Launch(fleet.release, missing), AwaitHealthy(missing)]
    if wanted.shift is not None:
        steps.append(wanted.shift)
    return tuple(steps)


def _stops(step: Step) -> bool:
    return isinstance(step, Drain | Stop)
