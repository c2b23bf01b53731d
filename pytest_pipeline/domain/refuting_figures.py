"""Figures just past the bounds of an objective: those that have to make it FAIL."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.gates import Objective
from pytest_pipeline.domain.measures import MEASURES

#: The figure of the baseline that relative criteria are tried against, in the measure's unit.
BASELINE = 100.0
#: How far past a bound a figure lies, of the bound; and the least distance.
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

    A bound between PASS and WARN is not among them: what lies past it promotes. Of an objective
    that no figure can miss, nothing is returned.
    """
    sets = criteria_sets(objective)
    found: dict[float, RefutingFigure] = {}
    for criterion in (each for criteria in sets for each in criteria):
        for value in _past(criterion, _step(objective.measure, _bound(criterion))):
            if all(any(_misses(each, value) for each in criteria) for criteria in sets):
                found.setdefault(value, RefutingFigure(value, criterion))
    return tuple(found.values())


def needs_baseline(objective: Objective) -> bool:
    """Return whether nothing but a comparison with a baseline can make the objective PASS."""
    return all(
        any(each.relative for each in criteria) for criteria in criteria_sets(objective)
    ) and bool(objective.pass_criteria)


def _bound(criterion: Criterion) -> float:
    limit = criterion.limit(BASELINE)
    assert limit is not None  # noqa: S101 - there is a baseline
    return limit


def _step(measure: str, bound: float) -> float:
    known = MEASURES.get(measure)
    if known is not None and known.unit == "count":
        return 1.0
    return max(abs(bound), 1.0) * _STEP_RATIO


def _past(criterion: Criterion, step: float) -> tuple[float, ...]:
    bound = _bound(criterion)
    match criterion.comparison:
        case Comparison.LESS | Comparison.MORE:
            return (bound,)
        case Comparison.AT_MOST:
            return (bound + step,)
        case Comparison.AT_LEAST:
            return (bound - step,)
        case Comparison.EQUAL:
            return (bound + step, bound - step)


def _misses(criterion: Criterion, value: float) -> bool:
    return not _HOLDS[criterion.comparison](value, _bound(criterion))
