"""The permutation test counts exactly what it says."""

from __future__ import annotations

from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.side_by_side.effects import effect_of, interval_of
from pytest_pipeline.domain.side_by_side.permutation import Block, chance_of_less, chance_of_more
from tests.unit.domain.side_by_side.releases import noisy_blocks

whole = st.integers(-9, 9).map(float)
blocks_of_whole = st.lists(
    st.builds(Block, st.tuples(whole, whole), st.tuples(whole, whole)), min_size=1, max_size=4
)


def _counted(blocks: list[Block], shift: float) -> float:
    """Return the p-value by writing down every labeling."""
    rows = [
        [one + other for one, other in combinations(_shifted(block, shift), 2)] for block in blocks
    ]
    seen = sum(sum(_shifted(block, shift)[:2]) for block in blocks)
    sums = [sum(each) for each in product(*rows)]
    return sum(each >= seen for each in sums) / len(sums)


def _shifted(block: Block, shift: float) -> tuple[float, ...]:
    return tuple(each - shift for each in block.candidate) + block.stable


@given(blocks_of_whole, st.integers(-5, 5).map(float))
def test_halves_that_meet_count_what_every_labeling_written_down_counts(
    blocks: list[Block], shift: float
) -> None:
    assert chance_of_more(blocks, shift) == pytest.approx(_counted(blocks, shift))


@given(blocks_of_whole, st.integers(-5, 5).map(float))
def test_less_is_more_of_what_is_mirrored(blocks: list[Block], shift: float) -> None:
    mirrored = [
        Block((-each.candidate[0], -each.candidate[1]), (-each.stable[0], -each.stable[1]))
        for each in blocks
    ]

    assert chance_of_less(blocks, shift) == _counted(mirrored, -shift)


@given(blocks_of_whole)
def test_ties_are_never_a_finding(blocks: list[Block]) -> None:
    tied = [Block((each.stable[0],) * 2, (each.stable[0],) * 2) for each in blocks]

    assert chance_of_more(tied) == chance_of_less(tied) == 1


@pytest.mark.parametrize("blocks", [1, 2, 4, 12])
def test_the_clearest_runs_come_to_one_labeling_of_all(blocks: int) -> None:
    clear = [Block((5, 6), (1, 2))] * blocks

    assert chance_of_more(clear) == pytest.approx(6**-blocks)
    assert chance_of_less(clear) == 1


def test_what_differs_from_block_to_block_does_not_count() -> None:
    level = [Block((1.5, 1.6), (1.1, 1.2)), Block((2.5, 2.7), (2.2, 2.1))]
    drifted = [level[0], Block((102.5, 102.7), (102.2, 102.1))]

    assert chance_of_more(drifted) == chance_of_more(level) == pytest.approx(1 / 36)


def test_figures_that_rounding_tells_apart_are_ties() -> None:
    blocks = [Block((0.1 + 0.2, 0.3), (0.3, 0.3))] * 3

    assert chance_of_more(blocks) == 1


def test_equal_releases_are_found_worse_no_more_often_than_the_level() -> None:
    random = Random(7)  # noqa: S311 - a simulation
    found = sum(chance_of_more(noisy_blocks(random, 3)) <= 0.05 for _ in range(4000))

    assert 0.025 < found / 4000 <= 0.06


def test_the_interval_holds_the_true_shift_as_often_as_it_says() -> None:
    random = Random(7)  # noqa: S311 - a simulation
    held = 0
    for _ in range(300):
        lower, upper = interval_of(noisy_blocks(random, 3, apart=2.0), 0.05)
        held += lower <= 2.0 <= upper

    assert held / 300 >= 0.87


@given(blocks_of_whole.filter(lambda blocks: len(blocks) > 1))
def test_the_interval_is_about_the_effect(blocks: list[Block]) -> None:
    lower, upper = interval_of(blocks, 0.05)

    assert lower <= effect_of(blocks) <= upper


def test_one_block_limits_nothing() -> None:
    assert interval_of([Block((5, 6), (1, 2))], 0.05) == (float("-inf"), float("inf"))
