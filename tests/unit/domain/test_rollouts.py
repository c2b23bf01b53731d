"""The rollout's transition function: where every event leads."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import AwaitHealthy, Launch, Shift, Stop
from pytest_pipeline.domain.rollback import plan_rollback
from pytest_pipeline.domain.rollouts import (
    Event,
    Observe,
    Observed,
    Perform,
    Phase,
    RolloutState,
    StepDone,
    StepFailed,
    StopRequested,
    advance,
    begin,
)
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment

STABLE = Fleet(1, ("r1-0", "r1-1"))
CANDIDATE = Fleet(2, ("r2-0", "r2-1"))


def started(name: str = "rolling", stable: Fleet | None = STABLE) -> RolloutState:
    return begin(plan_deployment(name, {}, stable, CANDIDATE), stable, CANDIDATE)


def test_a_rollout_whose_steps_all_succeed_succeeds_after_the_last() -> None:
    state = started()
    steps = 0

    while isinstance(state.action, Perform):
        state = advance(state, StepDone())
        steps += 1

    assert state.phase is Phase.SUCCEEDED
    assert steps == len(state.plan.steps)
    assert state.action is None


def test_a_failed_step_asks_what_runs_and_plans_the_way_back_from_it() -> None:
    state = advance(started(), StepFailed("no"))

    assert state.action == Observe()
    state = advance(state, Observed(frozenset({"r1-0", "r2-0"})))

    assert state.phase is Phase.ROLLING_BACK
    assert state.action == Perform(Shift(("r1-0",), (), 0))
    assert state.failure == "no"


def test_a_failure_on_the_way_back_ends_the_rollout() -> None:
    state = advance(started(), StopRequested("enough"))
    state = advance(state, Observed(frozenset({"r1-0"})))
    state = advance(state, StepFailed("router dead"))

    assert state.phase is Phase.ROLLBACK_FAILED
    assert (state.failure, state.rollback_failure) == ("enough", "router dead")


def test_an_event_that_does_not_fit_changes_nothing() -> None:
    state = started()

    assert advance(state, Observed(frozenset())) == state


@given(
    name=st.sampled_from(sorted(STRATEGIES)),
    first=st.booleans(),
    events=st.lists(
        st.sampled_from([StepDone(), StepFailed("f"), StopRequested("s")])
        | st.frozensets(st.sampled_from([*STABLE.instances, *CANDIDATE.instances])).map(Observed),
        max_size=80,
    ),
)
def test_any_events_lead_to_an_end_and_never_past_it(
    *, name: str, first: bool, events: list[Event]
) -> None:
    state = started(name, None if first else STABLE)

    for event in events:
        before = state
        state = advance(state, event)
        if before.phase.final:
            assert state == before
    bound = 0
    while state.action is not None:
        event = Observed(frozenset()) if state.action == Observe() else StepDone()
        state = advance(state, event)
        bound += 1

    assert bound <= 60
    assert state.phase.final


@given(st.frozensets(st.sampled_from([*STABLE.instances, *CANDIDATE.instances])))
def test_a_rollback_ends_with_all_of_stable_serving_and_none_of_the_candidate(
    running: frozenset[str],
) -> None:
    now = set(running)
    routed: tuple[str, ...] = ()
    ready = set(running)

    for step in plan_rollback(STABLE, CANDIDATE, running).steps:
        if isinstance(step, Launch):
            now |= set(step.instances)
        if isinstance(step, AwaitHealthy):
            ready |= set(step.instances)
        if isinstance(step, Shift):
            assert set(step.stable) <= ready & now
            routed = step.stable
        if isinstance(step, Stop):
            now -= set(step.instances)

    assert now == set(STABLE.instances)
    assert set(routed) == set(STABLE.instances)


def test_what_still_runs_of_stable_takes_all_traffic_before_anything_is_started() -> None:
    steps = plan_rollback(STABLE, CANDIDATE, {"r1-1", "r2-0"}).steps

    assert steps[0] == Shift(("r1-1",), (), 0)


def test_without_stable_nothing_serves_in_the_end() -> None:
    steps = plan_rollback(None, CANDIDATE, {"r2-0"}).steps

    assert steps[0] == Shift((), (), 0)
    assert steps[-1] == Stop(("r2-0",))
