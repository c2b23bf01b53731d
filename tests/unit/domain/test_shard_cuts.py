"""How a stage is cut into shards."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations_with_replacement, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.shard_cuts import CollectedTest, Cut, cut, digest_of_ids

_FILES = st.sampled_from(["test_a.py", "test_b.py", "sub/test_c.py"])
_GROUPS = st.sampled_from(["TestOne", "TestTwo", "test_it", "test_other"])
_DURATIONS = st.one_of(st.just(0.0), st.floats(0, 10), st.floats(0, 0.001))


@st.composite
def collected(draw: st.DrawFn) -> list[CollectedTest]:
    return [
        CollectedTest(f"{draw(_FILES)}::{draw(_GROUPS)}[{number}]", draw(st.integers(0, 50)))
        for number in range(draw(st.integers(0, 12)))
    ]


def parts_of(made: Cut) -> list[tuple[str, ...]]:
    return [made.part(number) for number in range(1, len(made.ends) + 1)]


def micros(durations_s: dict[str, float], nodeids: Sequence[str]) -> int:
    return sum(round(durations_s[each] * 1_000_000) for each in nodeids)


@given(st.data())
def test_every_test_is_in_one_shard_and_the_longest_takes_as_little_as_can_be(
    data: st.DataObject,
) -> None:
    tests = data.draw(collected(), label="tests")
    total = data.draw(st.integers(1, 5), label="total")
    durations_s = {each.nodeid: data.draw(_DURATIONS, label=each.nodeid) for each in tests}

    made = cut(tests, durations_s, total)
    parts = parts_of(made)

    assert len(parts) == total
    assert [each for part in parts for each in part] == list(made.ids)
    assert sorted(made.ids) == sorted(each.nodeid for each in tests)
    longest = max(micros(durations_s, part) for part in parts)
    assert longest == _least_longest(durations_s, made.ids, total)


def _least_longest(durations_s: dict[str, float], ids: Sequence[str], total: int) -> int:
    """Try every way to cut: what brute force finds for few tests."""
    places = range(len(ids) + 1)
    return min(
        max(micros(durations_s, ids[start:end]) for start, end in pairwise((0, *inner, len(ids))))
        for inner in combinations_with_replacement(places, total - 1)
    )


@given(collected(), st.integers(1, 20), st.randoms(use_true_random=False))
def test_the_order_in_which_tests_were_collected_changes_nothing(
    tests: list[CollectedTest], total: int, shuffler: random.Random
) -> None:
    durations_s = {each.nodeid: shuffler.random() for each in tests}
    shuffled = [*tests]
    shuffler.shuffle(shuffled)

    assert cut(shuffled, durations_s, total) == cut(tests, durations_s, total)


@given(st.integers(0, 60), st.integers(1, 20))
def test_without_durations_the_shards_have_about_as_many_tests(count: int, total: int) -> None:
    tests = [CollectedTest(f"test_a.py::test_{number}", number) for number in range(count)]

    sizes = [len(part) for part in parts_of(cut(tests, {}, total))]

    assert max(sizes) - min(sizes) <= 1


def test_of_cuts_that_are_as_good_the_more_even_one_is_taken() -> None:
    tests = [CollectedTest(f"test_a.py::test_{number}", number) for number in range(7)]
    slow_first = {each.nodeid: 0.0 for each in tests} | {tests[0].nodeid: 5.0}

    sizes = [len(part) for part in parts_of(cut(tests, slow_first, 3))]

    assert sizes == [2, 2, 3]


def test_the_tests_of_a_file_and_of_a_class_stay_together() -> None:
    tests = [
        CollectedTest("test_b.py::test_x", 1),
        CollectedTest("test_a.py::TestB::test_inherited", 3),
        CollectedTest("test_a.py::TestA::test_inherited", 3),
        CollectedTest("test_a.py::TestB::test_own", 20),
        CollectedTest("test_a.py::TestA::test_own", 10),
        CollectedTest("test_a.py::test_last[b]", 30),
        CollectedTest("test_a.py::test_last[a::c]", 30),
    ]

    assert cut(tests, {}, 2).ids == (
        "test_a.py::TestA::test_inherited",
        "test_a.py::TestA::test_own",
        "test_a.py::TestB::test_inherited",
        "test_a.py::TestB::test_own",
        "test_a.py::test_last[a::c]",
        "test_a.py::test_last[b]",
        "test_b.py::test_x",
    )


def test_what_was_never_timed_counts_as_the_median_of_what_was() -> None:
    tests = [CollectedTest(f"test_a.py::test_{number}", number) for number in range(4)]
    known = {tests[1].nodeid: 1.0, tests[2].nodeid: 9.0, tests[3].nodeid: 9.0}

    made = cut(tests, known, 2)

    assert made.part(1) == made.ids[:2], "9 and 1 on one side, 9 and 9 on the other"
    assert made == cut(tests, known, 2)
    assert made.fingerprint == cut(tests, known | {tests[0].nodeid: 9.0}, 2).fingerprint


def test_a_test_that_exists_no_more_changes_nothing() -> None:
    tests = [CollectedTest("test_a.py::test_it")]

    assert cut(tests, {"test_gone.py::test_it": 7.0}, 2) == cut(tests, {}, 2)


@pytest.mark.parametrize(
    ("ids", "durations_s", "total"),
    [
        pytest.param("ac", {}, 2, id="tests"),
        pytest.param("ab", {"a": 2.0}, 2, id="durations"),
        pytest.param("ab", {}, 3, id="total"),
    ],
)
def test_a_cut_of_anything_else_has_another_fingerprint(
    ids: str, durations_s: dict[str, float], total: int
) -> None:
    usual = cut([CollectedTest("a"), CollectedTest("b")], {}, 2)

    other = cut([CollectedTest(each) for each in ids], durations_s, total)

    assert other.fingerprint != usual.fingerprint
    assert usual.listed == digest_of_ids(["b", "a"])
