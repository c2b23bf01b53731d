"""Patterns that name tests."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.patterns_of_tests import matches_any, names_test

NODEID = "tests/unit/test_a.py::TestSum::test_add[1-2]"


@pytest.mark.parametrize(
    "pattern",
    [
        NODEID,
        "tests/unit/test_a.py::TestSum::test_add",
        "tests/unit/test_a.py::TestSum",
        "tests/unit/test_a.py",
        "tests/unit",
        "tests/unit/",
        "*::test_add*",
        "tests/*/test_?.py",
        "*[1-2]",
    ],
)
def test_a_pattern_names_what_it_is_or_holds(pattern: str) -> None:
    assert names_test(pattern, NODEID)


@pytest.mark.parametrize(
    "pattern",
    [
        "tests/unit/test_a.py::TestSum::test_ad",
        "tests/uni",
        "test_add",
        "*::test_add[12]",
        "tests/unit/test_a.py::TestSum::test_add[1-2]x",
        "*::test_ad",
    ],
)
def test_a_pattern_names_nothing_else(pattern: str) -> None:
    assert not names_test(pattern, NODEID)


def test_reasons_match_as_a_whole() -> None:
    assert matches_any(("needs *", "no Docker"), "needs Linux")
    assert not matches_any(("needs",), "needs Linux")
    assert not matches_any((), "needs Linux")
