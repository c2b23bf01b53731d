"""What people asked is in the journal, and still counts for whoever goes on from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.journal_entries import (
    Standing,
    answer_to,
    begun,
    happened,
    heard,
    replay,
    standing_requests,
)
from pytest_pipeline.domain.plans import Bake, Migrate, Plan
from pytest_pipeline.domain.rollouts import (
    PauseRequested,
    Phase,
    ResumeRequested,
    StepBegun,
    StepDone,
    StepFailed,
    StopRequested,
    advance,
    begin,
)

PLAN = Plan("rolling", (Migrate(2), Bake(1.0)))
STATE = begin(PLAN, Fleet(1, ("r1-0",)), Fleet(2, ("r2-0",)), irreversible=True)


def asked(kind: RequestKind, **about: Any) -> Mapping[str, Any]:  # noqa: ANN401 - some attributes
    return heard(ControlRequest("staging", kind, **about))


PAUSE, RESUME, PROMOTE, FULLY = (
    asked(RequestKind[each]) for each in ("PAUSE", "RESUME", "PROMOTE", "PROMOTE_FULLY")
)


@pytest.mark.parametrize(
    ("entries", "standing"),
    [
        ([], Standing()),
        ([PAUSE], Standing(pausing=True)),
        ([PAUSE, RESUME], Standing()),
        ([PAUSE, happened(PauseRequested()), happened(ResumeRequested())], Standing()),
        ([PROMOTE, happened(StepBegun())], Standing(promoting=True)),
        ([PAUSE, PROMOTE, happened(StepDone())], Standing()),
        ([FULLY, happened(StepDone())], Standing(promoting_fully=True)),
        ([PAUSE, FULLY, happened(StepFailed("no"))], Standing()),
        (
            [asked(RequestKind.ABORT, reason="late", force=True)],
            Standing(stop=StopRequested("late", force=True)),
        ),
        ([asked(RequestKind.ABORT), happened(StopRequested(""))], Standing()),
        ([heard(ControlRequest("staging", RequestKind.PAUSE), "no")], Standing()),
        ([{"kind": "note", "text": "repair", "step": "launch r1-0"}], Standing()),
    ],
)
def test_what_was_heard_counts_until_it_was_done(
    entries: list[Mapping[str, Any]], standing: Standing
) -> None:
    written = json.loads(json.dumps([begun(STATE), *entries]))

    assert standing_requests(written) == standing


def test_who_asked_finds_the_answer_to_that_very_request() -> None:
    one, two = (ControlRequest("staging", RequestKind.PROMOTE, id=each) for each in ("1", "2"))
    entries = [begun(STATE), heard(one), heard(two, "nothing waits")]

    assert [answer_to(entries, each) for each in ("1", "2", "3")] == ["", "nothing waits", None]
    assert replay(entries) == STATE


@pytest.mark.parametrize(
    ("event", "phase"),
    [
        (StopRequested("late"), Phase.FROZEN),
        (StopRequested("late", force=True), Phase.OBSERVING),
        (StepFailed("no"), Phase.FROZEN),
    ],
)
def test_force_goes_back_from_what_cannot_be_undone(
    event: StopRequested | StepFailed, phase: Phase
) -> None:
    state = advance(advance(STATE, StepBegun()), event)
    entries = [begun(STATE), happened(StepBegun()), json.loads(json.dumps(happened(event)))]

    assert state.phase is phase
    assert replay(entries) == state
