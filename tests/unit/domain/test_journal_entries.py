"""The journal of a deployment adds up to the very rollout that wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.journal_entries import begun, happened, intended, is_over, replay
from pytest_pipeline.domain.observations import Observation
from pytest_pipeline.domain.plans import CheckOverlap, Plan, RunHook, Shift, Smoke, TrafficRules
from pytest_pipeline.domain.rollback_triggers import RollbackTrigger
from pytest_pipeline.domain.rollouts import (
    Event,
    Observed,
    PauseRequested,
    Perform,
    ResumeRequested,
    StepBegun,
    StepDone,
    StepFailed,
    StopRequested,
    advance,
    begin,
)
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment

STABLE, CANDIDATE = Fleet(1, ("r1-0", "r1-1")), Fleet(2, ("r2-0", "r2-1"))
INSTANCES = st.frozensets(st.sampled_from([*STABLE.instances, *CANDIDATE.instances]))
EVENTS: st.SearchStrategy[Event] = st.sampled_from(
    [
        StepDone(),
        StepFailed("f"),
        StepFailed("a", RollbackTrigger.STOP_ON_ALARM),
        StopRequested("s"),
        PauseRequested(),
        ResumeRequested(),
    ]
) | st.builds(Observation, INSTANCES, INSTANCES, INSTANCES).map(Observed)


def through_json(entry: Mapping[str, object]) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(json.dumps(entry))
    return read


@given(
    name=st.sampled_from(sorted(STRATEGIES)),
    stable=st.sampled_from([STABLE, None]),
    irreversible=st.booleans(),
    events=st.lists(EVENTS, max_size=30),
)
def test_at_every_point_the_journal_adds_up_to_the_state(
    *, name: str, stable: Fleet | None, irreversible: bool, events: list[Event]
) -> None:
    plan = plan_deployment(name, {}, stable, CANDIDATE)
    state = begin(plan, stable, CANDIDATE, irreversible=irreversible)
    journal = [through_json(begun(state, environment="staging"))]

    for event in events:
        if isinstance(state.action, Perform):
            journal.append(through_json(intended(state.index, state.action.step)))
            state = advance(state, StepBegun())
            assert replay(journal) == state
        state = advance(state, event)
        journal.append(through_json({**happened(event), "at": "now"}))
        assert replay(journal) == state


def test_steps_with_every_kind_of_value_come_back() -> None:
    rules = TrafficRules("x-tester: yes", "cookie:session")
    steps = (
        Shift(("r1-0",), ("r2-0",), 5, preview=True, rules=rules),
        Smoke(("e2e", "tests/e2e/test_a.py::test_b")),
        CheckOverlap(1, 2, ("e2e", "tests/mixed"), 30.0),
        RunHook("AfterInstall", ("echo", "hi"), ("r2-0",), 3.5),
    )
    state = begin(Plan("canary", steps, 1), STABLE, CANDIDATE)

    assert replay([through_json(begun(state))]) == state


@pytest.mark.parametrize(
    "entries", [[], [{"kind": "done"}], [{"kind": "begin", "steps": [{"type": "Explode"}]}]]
)
def test_what_is_no_journal_is_refused(entries: list[Mapping[str, Any]]) -> None:
    with pytest.raises((ValueError, KeyError)):
        replay(entries)


def test_a_deployment_is_over_when_that_was_written_down_last() -> None:
    state = begin(plan_deployment("rolling", {}, STABLE, CANDIDATE), STABLE, CANDIDATE)

    assert not is_over([begun(state)])
    assert is_over([begun(state), {"kind": "ended", "phase": "succeeded"}])
