"""Naming the first of many."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.naming_some import first_of, some_of


@pytest.mark.parametrize(
    ("names", "wanted"),
    [([], ""), (["a"], "a"), (["a", "b"], "a, b"), (["a", "b", "c", "d"], "a, b and 2 more")],
)
def test_the_first_are_named_and_the_others_counted(names: list[str], wanted: str) -> None:
    assert some_of(names, most=2) == wanted


def test_five_are_named_where_nothing_else_is_asked() -> None:
    assert some_of("abcdef") == "a, b, c, d, e and 1 more"


def test_texts_stay_apart_with_the_count_after_them() -> None:
    assert first_of(("a, b", "c"), 2) == ("a, b", "c")
    assert first_of(("a, b", "c", "d"), 1) == ("a, b", "and 2 more")
    assert first_of("abc", 1, " tests") == ("a", "and 2 more tests")
