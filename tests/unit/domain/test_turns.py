from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.turns import by_weight


def test_turns_of_a_heavy_one_are_spread() -> None:
    assert list(islice(by_weight([5, 1, 1]), 7)) == [0, 0, 1, 0, 2, 0, 0]


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_every_round_holds_each_as_often_as_its_weight_says(weights: list[int]) -> None:
    turns = by_weight(weights)

    for _ in range(2):
        taken = list(islice(turns, sum(weights)))
        assert [taken.count(each) for each in range(len(weights))] == weights
