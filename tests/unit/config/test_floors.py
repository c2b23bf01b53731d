from __future__ import annotations

import pytest

from pytest_pipeline.config.floors import loosened
from pytest_pipeline.domain.criteria import parse_criterion


@pytest.mark.parametrize(
    ("measure", "criteria"),
    [
        pytest.param("tests.failed", ["== 0"], id="the-same"),
        pytest.param("tests.failed", ["< 1"], id="none-in-other-words"),
        pytest.param("tests.executed", ["> 0"], id="one-in-other-words"),
        pytest.param("tests.executed", [">= 60"], id="more-tests"),
        pytest.param("tests.skipped", ["<= 3"], id="without-floor"),
        pytest.param("tests.failed", ["== 0", "<= base"], id="narrowed-by-a-baseline"),
    ],
)
def test_criteria_at_least_as_strict_as_the_floor_stand(measure: str, criteria: list[str]) -> None:
    assert loosened(measure, [parse_criterion(each) for each in criteria]) is None


@pytest.mark.parametrize(
    ("measure", "criteria", "admitted"),
    [
        pytest.param("tests.failed", ["<= 3"], "tests.failed = 1", id="some-failures"),
        pytest.param("tests.failed", ["== 7"], "tests.failed = 7", id="exactly-seven"),
        pytest.param("tests.failed", [">= 2", "< 2.5"], "tests.failed = 2", id="only-two"),
        pytest.param("tests.failed", ["> 9"], "tests.failed = 10", id="many"),
        pytest.param("tests.executed", [">= 0"], "tests.executed = 0", id="no-test"),
        pytest.param("tests.executed", ["< 5"], "tests.executed = 0", id="upper-bound-only"),
        pytest.param("tests.failed", ["<= 1", "<= base"], "tests.failed = 1", id="both"),
        pytest.param("tests.failed", ["<= base"], "whatever the baseline has", id="base"),
        pytest.param("quarantine.expired", [">= 0"], "quarantine.expired = 1", id="expired"),
        pytest.param("tests.unlisted_skips", ["< 2"], "tests.unlisted_skips = 1", id="skips"),
        pytest.param("tests.required_missing", ["== 3"], "tests.required_missing = 3", id="tests"),
        pytest.param("tests.failed", ["<= +0%"], "whatever the baseline has", id="relative"),
    ],
)
def test_criteria_that_admit_what_the_floor_refuses_are_named(
    measure: str, criteria: list[str], admitted: str
) -> None:
    assert loosened(measure, [parse_criterion(each) for each in criteria]) == admitted
