"""What was seen is held against what was reported; only what is greener than it was counts."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_pipeline.domain.sightings import Sighting, contradictions
from pytest_pipeline.domain.test_outcomes import TestOutcome

RAISED = {"call": "raised AssertionError"}


def seen(**changes: Any) -> Sighting:  # noqa: ANN401 - words and flags
    whole = {"setup": "returned", "call": "returned", "teardown": "returned", "entered": True}
    return Sighting("t", **{**whole, **changes})


@pytest.mark.parametrize(
    ("sighting", "outcome", "said"),
    [
        pytest.param(seen(**RAISED), "passed", "its function raised", id="raised"),
        pytest.param(seen(entered=False), "passed", "never ran", id="never-entered"),
        pytest.param(seen(call=""), "passed", "call was never seen", id="never-called"),
        pytest.param(seen(setup="raised OSError"), "passed", "set-up raised", id="set-up"),
        pytest.param(seen(teardown="raised OSError"), "passed", "tear-down raised", id="tear-down"),
        pytest.param(seen(call="skipped"), "passed", "its function skipped", id="skipped"),
        pytest.param(seen(), "skipped", "its function returned", id="passed-as-skip"),
        pytest.param(seen(), "xfailed", "its function returned", id="passed-as-expected"),
        pytest.param(seen(**RAISED), "skipped", "it raised", id="failed-as-skip"),
        pytest.param(seen(**RAISED), "xfailed", "no xfail mark", id="failed-as-expected"),
        pytest.param(seen(**RAISED), "xpassed", "its function raised", id="failed-as-xpass"),
    ],
)
def test_reports_that_are_greener_than_what_was_seen_are_named(
    sighting: Sighting, outcome: str, said: str
) -> None:
    (found,) = contradictions([sighting], {"t": TestOutcome(outcome)})

    assert found.startswith(f"t was reported {outcome}, but ")
    assert said in found


@pytest.mark.parametrize(
    ("sighting", "outcome"),
    [
        pytest.param(seen(), "passed", id="passed"),
        pytest.param(seen(entered=None), "passed", id="nobody-can-tell"),
        pytest.param(seen(), "xpassed", id="xpassed"),
        pytest.param(seen(), "failed", id="worse-than-seen"),
        pytest.param(seen(**RAISED), "failed", id="failed"),
        pytest.param(seen(**RAISED), "error", id="error"),
        pytest.param(seen(call="skipped"), "skipped", id="skipped-in-the-test"),
        pytest.param(seen(setup="skipped", call=""), "skipped", id="skipped-by-a-mark"),
        pytest.param(seen(setup="", call=""), "skipped", id="skipped-before-anybody-looked"),
        pytest.param(seen(setup="xfailed", call=""), "xfailed", id="not-run"),
        pytest.param(seen(call="xfailed"), "xfailed", id="expected-in-the-test"),
        pytest.param(seen(**RAISED, expected=True), "xfailed", id="expected-by-a-mark"),
        pytest.param(seen(lenient=True), "skipped", id="a-subtest-of-unittest-skips"),
        pytest.param(seen(teardown="skipped"), "passed", id="skipped-in-the-tear-down"),
    ],
)
def test_honest_reports_are_not_complained_about(sighting: Sighting, outcome: str) -> None:
    assert contradictions([sighting], {"t": TestOutcome(outcome)}) == []


def test_the_last_attempt_counts() -> None:
    attempts = [seen(**RAISED), seen()]

    assert contradictions(attempts, {"t": TestOutcome.PASSED}) == []
    assert contradictions(attempts[::-1], {"t": TestOutcome.PASSED}) != []


def test_a_test_that_was_reported_but_not_seen_is_named() -> None:
    assert contradictions([], {"t": TestOutcome.PASSED}) == [
        "t was reported passed, but nobody saw it run"
    ]
    assert contradictions([], {"t": TestOutcome.FAILED}) == []  # a crashed worker's


def test_a_test_that_was_seen_but_not_reported_is_named_unless_the_session_was_cut_short() -> None:
    assert contradictions([seen(**RAISED)], {}) == [
        "t was seen (raised AssertionError), but never reported"
    ]
    assert contradictions([seen()], {}, cut_short=True) == []
