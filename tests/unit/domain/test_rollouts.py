"""The rollout's transition function: where every event leads."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.observations import Observation
from pytest_pipeline.domain.plans import AwaitHealthy, Drain, Launch, Shift, Stop
from pytest_pipeline.domain.rollback import plan_rollback
from pytest_pipeline.domain.rollback_triggers import RollbackTrigger
from pytest_pipeline.domain.rollouts import (
    ROLLBACK_ATTEMPTS,
    AwaitResume,
    Event,
    Observe,
    Observed,
    PauseRequested,
    Perform,
    Phase,
    ResumeRequested,
    RolloutState,
    StepBegun,
    StepDone,
    StepFailed,
    StopRequested,
    advance,
    begin,
)
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment

STABLE = Fleet(1, ("r1-0", "r1-1"))
CANDIDATE = Fleet(2, ("r2-0", "r2-1"))
INSTANCES = st.frozensets(st.sampled_from([*STABLE.instances, *CANDIDATE.instances]))


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
    state = advance(started(), StepFailed("no", RollbackTrigger.STOP_ON_ALARM))

    assert state.action == Observe()
    state = advance(state, Observed(seen("r1-0", "r2-0")))

    assert state.phase is Phase.ROLLING_BACK
    assert state.action == Perform(Shift(("r1-0",), (), 0))
    assert state.failure == "no"


def test_an_event_that_does_not_fit_changes_nothing() -> None:
    state = started()

    assert advance(state, Observed(Observation())) == state


@given(
    name=st.sampled_from(sorted(STRATEGIES)),
    first=st.booleans(),
    events=st.lists(
        st.sampled_from([StepDone(), StepFailed("f"), StopRequested("s"), PauseRequested()])
        | INSTANCES.map(lambda some: Observed(Observation(some, some, some))),
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
        state = advance(state, going_on(state))
        bound += 1

    assert bound <= 60
    assert state.phase.final


@given(INSTANCES, INSTANCES, INSTANCES, st.booleans(), st.integers(0, 2))
def test_a_rollback_ends_with_all_of_stable_serving_and_none_of_the_candidate(
    running: frozenset[str],
    ready: frozenset[str],
    serving: frozenset[str],
    trusted: bool,  # noqa: FBT001 - drawn
    minimum: int,
) -> None:
    now, healthy = set(running), set(ready & running)
    seen = Observation(running, ready & running, serving & running)
    routed: tuple[str, ...] = ()

    for step in plan_rollback(
        STABLE, CANDIDATE, seen, minimum_healthy=minimum, trusted=trusted
    ).steps:
        if isinstance(step, Launch):
            now |= set(step.instances)
        if isinstance(step, AwaitHealthy):
            healthy |= set(step.instances)
        if isinstance(step, Shift):
            routed = (*step.stable, *step.candidate)
            assert set(routed) <= healthy & now
        if isinstance(step, Stop):
            assert not set(step.instances) & set(routed)
            now -= set(step.instances)

    assert now == set(STABLE.instances)
    assert not routed or set(routed) == set(STABLE.instances)


def test_what_is_ready_of_stable_takes_all_traffic_before_anything_is_started() -> None:
    steps = plan_rollback(STABLE, CANDIDATE, seen("r1-1", "r2-0")).steps

    assert steps[0] == Shift(("r1-1",), (), 0)


def test_a_candidate_without_fault_helps_until_stable_is_complete() -> None:
    observed = seen("r1-1", "r2-0")
    plan = plan_rollback(STABLE, CANDIDATE, observed, minimum_healthy=2, trusted=True)

    assert plan.steps[0] == Shift(("r1-1",), ("r2-0",), 50)
    assert plan.steps[-3:] == (Shift(STABLE.instances, (), 0), Drain(("r2-0",)), Stop(("r2-0",)))


def test_an_instance_of_stable_that_runs_but_is_not_ready_is_waited_for() -> None:
    observed = Observation(running=frozenset(STABLE.instances), ready=frozenset({"r1-0"}))

    assert plan_rollback(STABLE, CANDIDATE, observed).steps == (
        Shift(("r1-0",), (), 0),
        AwaitHealthy(STABLE.instances),
        Shift(STABLE.instances, (), 0),
    )


def test_without_stable_nothing_serves_in_the_end() -> None:
    steps = plan_rollback(None, CANDIDATE, seen("r2-0")).steps

    assert steps[0] == Shift((), (), 0)
    assert steps[-1] == Stop(("r2-0",))


def test_a_paused_rollout_waits_and_goes_on_where_it_was() -> None:
    paused = advance(started(), PauseRequested())

    assert paused.action == AwaitResume()
    assert advance(paused, StepDone()) == paused
    assert advance(paused, ResumeRequested()) == started()


def test_a_paused_rollout_can_be_stopped() -> None:
    paused = advance(started(), PauseRequested())

    assert advance(paused, StopRequested("enough")).action == Observe()


def test_after_an_irreversible_migration_a_failure_freezes_instead_of_going_back() -> None:
    state = irreversible()
    assert advance(state, StopRequested("before it")).phase is Phase.OBSERVING

    frozen = advance(migrated(state), StepFailed("no"))

    assert frozen.phase is Phase.FROZEN
    assert frozen.action is None
    assert frozen.failure == "no"


def test_an_irreversible_migration_that_fails_may_have_done_half_of_its_work() -> None:
    begun = advance(irreversible(), StepBegun())

    assert advance(begun, StepFailed("no")).phase is Phase.FROZEN
    assert advance(begun, StopRequested("no")).phase is Phase.FROZEN


def test_a_frozen_rollout_can_be_tried_again_from_the_step_that_failed() -> None:
    state = migrated(irreversible())
    frozen = advance(state, StepFailed("no"))

    assert advance(frozen, ResumeRequested()) == state


def test_a_way_back_that_fails_is_planned_anew_before_it_is_given_up() -> None:
    state = advance(started(), StepFailed("no"))
    for _ in range(ROLLBACK_ATTEMPTS):
        assert state.action == Observe()
        state = advance(state, Observed(seen("r1-0")))
        state = advance(state, StepFailed("no way back"))

    assert state.phase is Phase.ROLLBACK_FAILED
    assert (state.failure, state.rollback_failure) == ("no", "no way back")
    assert advance(state, ResumeRequested()).action == Observe()


def migrated(state: RolloutState) -> RolloutState:
    return advance(advance(state, StepBegun()), StepDone())


def going_on(state: RolloutState) -> Event:
    if state.action == Observe():
        return Observed(Observation())
    return ResumeRequested() if state.action == AwaitResume() else StepDone()


def irreversible() -> RolloutState:
    plan = plan_deployment("rolling", {}, STABLE, CANDIDATE)
    return begin(plan, STABLE, CANDIDATE, irreversible=True)


def seen(*instances: str) -> Observation:
    """All of them run, are ready and serve."""
    return Observation(*([frozenset(instances)] * 3))
