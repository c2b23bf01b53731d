"""Where a test failed, as far as its failure tells."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.failure_places import Place, headline, place_of
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord

TRACEBACK = """\
tests/unit/test_a.py:12:
_ _ _ _
    def price(): ...
shop/pricing.py:3: ValueError
_ _ _ _
tests/unit/test_a.py:14: AssertionError"""


def record(failure: str) -> TestRecord:
    attempt = TestAttempt(TestOutcome.FAILED, failure=failure)
    return TestRecord("tests/unit/test_a.py::test_x[a::b]", "unit", (attempt,))


@pytest.mark.parametrize(
    ("failure", "wanted"),
    [
        pytest.param(TRACEBACK, Place("tests/unit/test_a.py", 14), id="last-line-of-its-own"),
        pytest.param(
            "svc/tests/unit/test_a.py:9: E", Place("tests/unit/test_a.py", 9), id="from-elsewhere"
        ),
        pytest.param(
            "shop/pricing.py:3: ValueError", Place("tests/unit/test_a.py"), id="only-others"
        ),
        pytest.param("", Place("tests/unit/test_a.py"), id="no-text"),
    ],
)
def test_the_place_is_the_last_line_of_the_tests_own_file(failure: str, wanted: Place) -> None:
    assert place_of(record(failure)) == wanted


def test_paths_begin_at_the_folder_of_the_service() -> None:
    assert str(place_of(record(TRACEBACK), folder="svc")) == "svc/tests/unit/test_a.py:14"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("def f():\n>   assert x\nE   assert 1 == 2\nE    +  where", "assert 1 == 2"),
        pytest.param("stage unit died of SIGKILL\n", "stage unit died of SIGKILL"),
        pytest.param("", ""),
    ],
)
def test_the_headline_says_most(text: str, wanted: str) -> None:
    assert headline(text) == wanted
