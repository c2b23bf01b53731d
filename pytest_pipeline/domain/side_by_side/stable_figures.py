"""What stable measured, as one figure beside the one of the candidate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from pytest_pipeline.domain.side_by_side.runs import Side, Sides

#: Counts: all runs and load tests add up. Of all else it is the median over runs.
_ADD_UP = ("load.requests", "load.failures")


def stable_figure(loads: Sequence[Sides], measure: str, value: float) -> float | None:
    """Return stable's figure of a measure; None where it was not measured.

    Args:
        loads: The runs of every load test; one at least.
        measure: Name of the measure.
        value: The candidate's figure: of several load tests, stable's is of the same one.
    """
    pairs = [_pair(sides, measure) for sides in loads]
    if any(each is None for each in pairs):
        return None
    known = [each for each in pairs if each is not None]
    if measure in _ADD_UP:
        return math.fsum(stable for _, stable in known)
    return min(known, key=lambda each: abs(each[0] - value))[1]


def _pair(sides: Sides, measure: str) -> tuple[float, float] | None:
    """Return the figure of the candidate and of stable, of one load test."""
    figures = []
    for runs in (sides.of(Side.CANDIDATE), sides.of(Side.STABLE)):
        known = [each.figures.get(measure, math.nan) for each in runs]
        if not known or not all(map(math.isfinite, known)):
            return None
        figures.append(math.fsum(known) if measure in _ADD_UP else median(known))
    return figures[0], figures[1]
