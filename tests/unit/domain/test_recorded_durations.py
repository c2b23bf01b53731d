"""How long tests took, as it is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.recorded_durations import (
    durations_from_json,
    durations_of,
    durations_to_json,
)
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord

PASSED, FAILED = TestOutcome.PASSED, TestOutcome.FAILED


@given(st.dictionaries(st.text(), st.floats(0, 1e6)))
def test_durations_come_back_as_they_were(durations_s: dict[str, float]) -> None:
    assert durations_from_json(durations_to_json(durations_s)) == durations_s


def test_all_attempts_of_a_test_count_and_one_without_any_does_not() -> None:
    retried = TestRecord("a", "unit", (TestAttempt(FAILED, 0.5), TestAttempt(PASSED, 0.25001)))

    assert durations_of([retried, TestRecord("b", "unit", ())]) == {"a": 0.75}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"a": -1}', '{"a": "1"}', '{"a": NaN}', '{"a": Infinity}', '{"a": true}']
)
def test_what_are_no_durations_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting value|not (a duration|durations)"):
        durations_from_json(text)
