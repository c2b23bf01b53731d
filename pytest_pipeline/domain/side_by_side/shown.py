"""What is shown of a load test that was run side by side: its runs, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from pytest_pipeline.domain.criteria import Criterion
from pytest_pipeline.domain.side_by_side.comparing import compare
from pytest_pipeline.domain.side_by_side.reasons import INTERVAL_LEVEL
from pytest_pipeline.domain.side_by_side.runs import Side, Sides

if TYPE_CHECKING:
    from pytest_pipeline.domain.gates import Gate


@dataclass(frozen=True)
class ShownEffect:
    """An effect, beside what is tolerated of it.

    Attributes:
        criterion: The criterion, ``<= +10%``.
        bound: Its bound; percent of stable, or the measure's unit.
        change: How much more the candidate has; likewise.
        lower: Lower limit of its interval of 90 %; likewise, infinite with too few runs.
        upper: Upper limit.
        percent: Whether all of these are percent.
    """

    criterion: str
    bound: float
    change: float
    lower: float
    upper: float
    percent: bool


@dataclass(frozen=True)
class ShownMeasure:
    """A measure of a load test, run by run.

    Attributes:
        measure: Its name.
        figures: Side and figure of every run, in the order in which they ran.
        effects: What each relative criterion compares, where that can be.
    """

    measure: str
    figures: tuple[tuple[Side, float], ...]
    effects: tuple[ShownEffect, ...]

    def median(self, side: Side) -> float:
        """Return the median over the runs of a side."""
        return median(figure for each, figure in self.figures if each is side)


def shown_measures(gate: Gate, sides: Sides) -> tuple[ShownMeasure, ...]:
    """Return what is shown of a load test, in the order of the objectives.

    A measure that a run lacks is left out: nothing is compared by it.

    Args:
        gate: The gate that judges it; it has ``side_by_side``.
        sides: The runs of the load test.
    """
    return tuple(_measures(gate, sides)) if sides.runs else ()


def _measures(gate: Gate, sides: Sides) -> Iterator[ShownMeasure]:
    for objective in gate.beside:
        measure = objective.measure
        figures = [each.figures.get(measure, math.nan) for each in sides.runs]
        if not all(map(math.isfinite, figures)):
            continue
        criteria = dict.fromkeys(
            each
            for criteria in (*objective.pass_sets, *objective.warn_sets)
            for each in criteria
            if each.relative
        )
        yield ShownMeasure(
            measure,
            tuple(zip((each.side for each in sides.runs), figures, strict=True)),
            tuple(_effects(gate, sides, measure, tuple(criteria))),
        )


def _effects(
    gate: Gate, sides: Sides, measure: str, criteria: tuple[Criterion, ...]
) -> Iterator[ShownEffect]:
    if gate.side_by_side is None:
        return
    for each in criteria:
        compared = compare(sides, measure, each, gate.side_by_side)
        if not compared.unusable:
            lower, upper = compared.interval(INTERVAL_LEVEL)
            percent = not compared.tolerance.in_units
            yield ShownEffect(str(each), each.bound, compared.change, lower, upper, percent)
