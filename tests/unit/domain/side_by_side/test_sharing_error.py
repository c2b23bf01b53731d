"""Looks and comparisons share the error that is allowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.side_by_side.holm import holm
from pytest_pipeline.domain.side_by_side.looks import over_looks
from pytest_pipeline.domain.side_by_side.permutation import Block
from pytest_pipeline.domain.side_by_side.spending import (
    FIRST_LOOK,
    ON_FAILING,
    ON_PASSING,
    shares,
)

BLOCK = Block((1, 1), (1, 1))


@given(st.integers(2, 12), st.floats(0.001, 0.5), st.sampled_from([ON_FAILING, ON_PASSING]))
def test_shares_add_up_to_the_error_that_is_allowed(
    blocks: int, level: float, slowness: float
) -> None:
    spent = shares(blocks, level, slowness)

    assert sum(spent) == pytest.approx(1)
    assert len(spent) == blocks - 1
    assert min(spent) >= 0


def test_the_default_keeps_most_of_the_error_for_the_last_look() -> None:
    on_failing, on_passing = shares(4, 0.05, ON_FAILING), shares(4, 0.1, ON_PASSING)

    assert max(on_failing) == on_failing[-1]
    assert max(on_passing) == on_passing[-1]


def test_an_equal_release_may_pass_after_two_of_four_blocks() -> None:
    assert shares(4, 0.1, ON_PASSING)[0] * 0.1 >= 1 / 36


@given(st.integers(2, 12), st.sampled_from([ON_FAILING, ON_PASSING]))
def test_no_look_that_can_find_nothing_spends_anything(blocks: int, slowness: float) -> None:
    spent = shares(blocks, 0.05, slowness)

    assert all(
        share == 0 or 6**-look <= 0.05 * share for look, share in enumerate(spent, FIRST_LOOK)
    )


def test_a_p_value_over_looks_is_the_best_by_its_share() -> None:
    chances = {2: 0.02, 3: 0.3, 4: 0.01}

    found = over_looks([BLOCK] * 4, lambda some: chances[len(some)], (0.2, 0.3, 0.5))

    assert found == pytest.approx(0.01 / 0.5)


def test_nothing_is_found_before_the_first_look() -> None:
    assert over_looks([BLOCK], lambda _: 0.0, (0.5, 0.5)) == 1


def test_looks_beyond_the_plan_find_nothing() -> None:
    assert over_looks([BLOCK] * 3, lambda some: 0.0 if len(some) > 2 else 1.0, (1.0,)) == 1


def test_holm_divides_by_what_is_left() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_between_no_correction_and_bonferronis(p_values: list[float]) -> None:
    found = holm(p_values)

    pairs = list(zip(p_values, found, strict=True))
    assert all(p <= one <= min(1, p * len(p_values)) + 1e-12 for p, one in pairs)
