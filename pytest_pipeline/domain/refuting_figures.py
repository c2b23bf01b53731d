"""Figures just past the bounds of an objective: those that have to make it FAIL."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.gates import Objective
from pytest_pipeline.domain.measures import LAYER_DURATIONS, find_measure

#: The figure of the baseline that relative criteria are tried against, in the measure's unit; and
#: for units that do not go so far.
BASELINE = 100.0
_BASELINES: Mapping[str, float] = MappingProxyType({"percent": 50.0, "ratio": 0.1})
#: What figures of a unit can be; any number where nothing is said, as of a user's own measure.
_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "percent": (0.0, 100.0),
        "ratio": (0.0, 1.0),
        **dict.fromkeys(("count", "s", "ms", "1/s"), (0.0, math.inf)),
    }
)
#: How far past a bound a figure lies that is no count, of the bound.
_STEP_RATIO = 1e-6

#: Written out again, and not asked of `Criterion`: that is what is put to the test.
_HOLDS: Mapping[Comparison, Callable[[float, float], bool]] = MappingProxyType(
    {
        Comparison.LESS: operator.lt,
        Comparison.AT_MOST: operator.le,
        Comparison.MORE: operator.gt,
        Comparison.AT_LEAST: operator.ge,
        Comparison.EQUAL: operator.eq,
    }
)


@dataclass(frozen=True)
class RefutingFigure:
    """A figure that misses every set of an objective's criteria.

    Attributes:
        value: The figure, in the measure's unit.
        criterion: The criterion whose bound it lies just past.
    """

    value: float
    criterion: Criterion


def criteria_sets(objective: Objective) -> tuple[tuple[Criterion, ...], ...]:
    """Return the sets of criteria of which one has to hold for the objective to promote."""
    return (*objective.pass_sets, *objective.warn_sets)


def refuting_figures(objective: Objective) -> tuple[RefutingFigure, ...]:
    """Return a figure just past each bound that makes the objective FAIL, each figure once.

    Each is one that the measure can come to: a whole count, a ratio between 0 and 1. A bound
    between PASS and WARN is not among them: what lies past it promotes. Of an objective that no
    such figure can miss, nothing is returned.
    """
    sets = criteria_sets(objective)
    unit, baseline = _unit(objective.measure), baseline_of(objective.measure)
    least, most = _RANGES.get(unit, (-math.inf, math.inf))
    found: dict[float, RefutingFigure] = {}
    for criterion in (each for criteria in sets for each in criteria):
        for value in _past(criterion, _limit(criterion, baseline), unit):
            refutes = all(any(_misses(each, value, baseline) for each in those) for those in sets)
            if refutes and least <= value <= most:
                found.setdefault(value, RefutingFigure(value, criterion))
    return tuple(found.values())


def needs_baseline(objective: Objective) -> bool:
    """Return whether nothing but a comparison with a baseline can make the objective PASS."""
    return all(
        any(each.relative for each in criteria) for criteria in criteria_sets(objective)
    ) and bool(objective.pass_criteria)


def baseline_of(measure: str) -> float:
    """Return the figure of the baseline that a measure is tried against: one that it may have."""
    return _BASELINES.get(_unit(measure), BASELINE)


def _unit(measure: str) -> str:
    layer = LAYER_DURATIONS.value_in(measure)
    known = find_measure(measure, (layer,) if layer else ())
    return known.unit if known else ""


def _past(criterion: Criterion, bound: float, unit: str) -> tuple[float, ...]:
    """Return the nearest figures that miss a criterion."""
    if unit == "count":
        more, less = math.floor(bound) + 1.0, math.ceil(bound) - 1.0
        at_least, at_most = float(math.ceil(bound)), float(math.floor(bound))
    else:
        step = max(abs(bound), 1.0) * _STEP_RATIO
        more, less, at_least, at_most = bound + step, bound - step, bound, bound
    match criterion.comparison:
        case Comparison.LESS:
            return (at_least,)
        case Comparison.MORE:
            return (at_most,)
        case Comparison.AT_MOST:
            return (more,)
        case Comparison.AT_LEAST:
            return (less,)
        case Comparison.EQUAL:
            return (more, less)


def _limit(criterion: Criterion, baseline: float) -> float:
    limit = criterion.limit(baseline)
    assert limit is not None  # noqa: S101 - there is a baseline
    return limit


def _misses(criterion: Criterion, value: float, baseline: float) -> bool:
    return not _HOLDS[criterion.comparison](value, _limit(criterion, baseline))
