"""Orders of blocks are drawn by chance: what disturbs a machine regularly favours no side."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.side_by_side import Side, SideBySide, SideRun, Sides
from pytest_pipeline.domain.side_by_side.comparing import compare
from pytest_pipeline.domain.side_by_side.orders import (
    ORDERS,
    Order,
    drawn_orders,
    seeded_orders,
)
from pytest_pipeline.domain.side_by_side.rates import Rate
from tests.unit.domain.side_by_side.releases import ABBA, P95

BAAB = (Side.STABLE, Side.CANDIDATE, Side.CANDIDATE, Side.STABLE)
SETTINGS = SideBySide()
DRAWS = 300


def test_the_orders_are_all_of_two_and_two() -> None:
    assert len(set(ORDERS)) == 6
    assert {Counter(order)[Side.CANDIDATE] for order in ORDERS} == {2}
    assert {ABBA, BAAB} <= set(ORDERS)


def test_the_same_seed_draws_the_same_orders() -> None:
    assert seeded_orders("e1", 4) == seeded_orders("e1", 4)
    assert seeded_orders("e1", 4) == seeded_orders("e1", 12)[:4]


def test_every_order_is_drawn_as_often() -> None:
    found = Counter(order for seed in range(500) for order in seeded_orders(f"e{seed}", 12))

    assert set(found) == set(ORDERS)
    assert all(900 < count < 1100 for count in found.values())


def test_a_draw_picks_an_order() -> None:
    numbers = iter([5, 0])

    assert drawn_orders(lambda _: next(numbers), 2) == (ORDERS[5], ORDERS[0])


def wrong(period: float, slower: float, orders: Sequence[Sequence[Order]]) -> tuple[Rate, Rate]:
    """Return how often a candidate is found worse or found no 20 % worse, with a job at intervals.

    Args:
        period: A third of so many runs are slower by 30 %.
        slower: How many times slower the candidate is.
        orders: Of the blocks, for each comparison.
    """
    random = Random(f"{period} {slower}")  # noqa: S311 - a simulation
    failed = passed = 0
    for order in orders:
        begun = random.random() * period
        sides = [side for block in order for side in block]
        runs = [
            SideRun(
                side,
                number // 4,
                {
                    P95: 30
                    * (slower if side is Side.CANDIDATE else 1)
                    * (1.3 if (number + begun) % period < period / 3 else 1)
                    * math.exp(random.gauss(0, 0.03))
                },
            )
            for number, side in enumerate(sides)
        ]
        found = compare(Sides("r6", tuple(runs)), P95, parse_criterion("<= +3%"), SETTINGS)
        failed += not found.tolerated and found.no_worse <= SETTINGS.false_alarm
        passed += found.tolerated and found.detectable <= SETTINGS.miss
    return Rate(failed, len(orders)), Rate(passed, len(orders))


@pytest.mark.parametrize("period", [2.0, 2.67, 2.9, 4.0])
def test_a_job_at_intervals_makes_no_false_alarms_and_hides_nothing(period: float) -> None:
    drawn = [seeded_orders(f"{period} {number}", SETTINGS.blocks) for number in range(DRAWS)]

    assert wrong(period, 1.0, drawn)[0].interval()[0] <= SETTINGS.false_alarm
    assert wrong(period, 1.2, drawn)[1].interval()[0] <= SETTINGS.miss


def test_by_turns_the_same_job_makes_false_alarms() -> None:
    by_turns = [(ABBA, BAAB) * 2] * DRAWS

    assert wrong(2.67, 1.0, by_turns)[0].interval()[0] > SETTINGS.false_alarm
