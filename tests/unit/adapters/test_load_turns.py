"""User classes take turns by their weights."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.adapters.locust_load.turns import turns


def test_turns_are_mixed_evenly() -> None:
    assert "".join(islice(turns({"a": 5, "b": 1, "c": 1}), 7)) == "aabacaa"


@given(st.dictionaries(st.integers(), st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 9))
def test_after_whole_rounds_each_had_its_part(weights: dict[int, int], rounds: int) -> None:
    taken = Counter(islice(turns(weights), rounds * sum(weights.values())))

    assert taken == {thing: rounds * weight for thing, weight in weights.items()}
