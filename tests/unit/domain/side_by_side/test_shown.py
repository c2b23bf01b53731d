"""What is shown of runs side by side."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.side_by_side import Side, Sides
from pytest_pipeline.domain.side_by_side.shown import shown_measures
from tests.unit.domain.side_by_side.releases import gate_of, sides_of

SIDES = sides_of([110.0, 121.0, 110.0, 121.0], [100.0] * 4)


def test_a_measure_is_shown_run_by_run_with_its_effect_beside_the_bound() -> None:
    (shown,) = shown_measures(gate_of("<= +10%"), SIDES)

    assert [figure for _, figure in shown.figures][:4] == [110, 100, 100, 121]
    assert (shown.median(Side.CANDIDATE), shown.median(Side.STABLE)) == (115.5, 100)
    (effect,) = shown.effects
    assert (effect.criterion, effect.bound, effect.percent) == ("<= +10%", 10, True)
    assert effect.change == pytest.approx(100 * (1.1 * 1.21) ** 0.5 - 100)
    assert effect.lower <= effect.change <= effect.upper


def test_a_bound_in_the_measures_unit_is_shown_in_it() -> None:
    (shown,) = shown_measures(gate_of("<= base + 5"), SIDES)

    assert not shown.effects[0].percent
    assert shown.effects[0].change == pytest.approx(15.5)


def test_a_measure_that_a_run_lacks_is_not_shown() -> None:
    assert shown_measures(gate_of("<= +10%", measure="load.p99_ms"), SIDES) == ()


def test_without_runs_there_is_nothing_to_show() -> None:
    assert shown_measures(gate_of("<= +10%"), Sides("r6")) == ()
