"""What is put right before a rollout is resumed."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.fleet_expectations import expected
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.observations import Observation
from pytest_pipeline.domain.plans import AwaitHealthy, Drain, Launch, Shift
from pytest_pipeline.domain.repairs import plan_repair
from pytest_pipeline.domain.rollouts import RolloutState, begin
from pytest_pipeline.domain.strategies import plan_deployment

STABLE, CANDIDATE = Fleet(1, ("r1-0", "r1-1")), Fleet(2, ("r2-0", "r2-1"))


def at(kind: type, *, strategy: str = "rolling") -> RolloutState:
    """Return a rollout before its first step of a kind."""
    state = begin(plan_deployment(strategy, {}, STABLE, CANDIDATE), STABLE, CANDIDATE)
    index = next(i for i, step in enumerate(state.plan.steps) if isinstance(step, kind))
    return replace(state, index=index)


def running(*instances: str) -> Observation:
    return Observation(*([frozenset(instances)] * 3))


def test_where_nothing_is_amiss_only_the_router_is_told_again() -> None:
    state = at(Drain)
    seen = running(*expected(state.plan, state.index, STABLE).running)

    steps = plan_repair(state, seen)

    assert steps == (expected(state.plan, state.index, STABLE).shift,)


def test_what_died_is_started_again_before_it_is_routed() -> None:
    steps = plan_repair(at(Drain), running("r1-0"))

    assert steps[:2] == (Launch(1, ("r1-1",)), AwaitHealthy(("r1-1",))) or steps[:2] == (
        Launch(2, ("r2-0",)),
        AwaitHealthy(("r2-0",)),
    )
    assert isinstance(steps[-1], Shift)


def test_what_the_next_step_would_stop_is_not_started_again() -> None:
    state = at(Drain, strategy="blue-green")

    launched = [
        step for step in plan_repair(state, running("r2-0", "r2-1")) if type(step) is Launch
    ]

    assert launched == []


def test_what_the_next_step_launches_is_left_to_it() -> None:
    state = at(Launch)

    assert plan_repair(state, running("r1-0", "r1-1")) == (
        expected(state.plan, state.index, STABLE).shift,
    )
