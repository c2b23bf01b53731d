"""The floor under every gate: what an objective of the user's must not loosen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES

#: Measures of what a stage demands beside them: whoever demands something wants none of these.
_DEMANDED = ("tests.required_missing", "tests.unlisted_skips", "quarantine.expired")
_FLOORS = {
    objective.measure: objective.pass_criteria
    for objective in BASIC_OBJECTIVES
    if not objective.warn_criteria  # what warns anyway is the user's to decide
} | dict.fromkeys(_DEMANDED, (Criterion(Comparison.EQUAL, 0),))


def floor_of(measure: str) -> str:
    """Return the floor of a measure that has one, in words: ``tests.failed == 0``."""
    return f"{measure} {' and '.join(map(str, _FLOORS[measure]))}"


def loosened(measure: str, criteria: Sequence[Criterion]) -> str | None:
    """Return in which way criteria admit what the gate's own objective on a measure refuses.

    Every stage demands one executed test and none failed, and has demands of its own. An objective
    on the same measure takes the place of the gate's own and may only be stricter.

    Args:
        measure: The measure; those of `BASIC_OBJECTIVES` that fail have a floor, and of demands.
        criteria: One set of the objective's criteria; all of its sets have to keep the floor.

    Returns:
        What is wrong, for people; None when nothing is.
    """
    floor = _FLOORS.get(measure)
    return admitted(measure, criteria, floor) if floor else None


def admitted(measure: str, criteria: Sequence[Criterion], floor: Sequence[Criterion]) -> str | None:
    """Return which figure one set of criteria admits and a floor does not; None for none."""
    # what is relative to a baseline narrows the set further, and promises nothing by itself
    absolute = [criterion for criterion in criteria if not criterion.relative]
    if criteria and not absolute:
        return "whatever the baseline has"
    for count in sorted(_telling_counts((*absolute, *floor))):
        if _hold(absolute, count) and not _hold(floor, count):
            return f"{measure} = {count}"
    return None


def _telling_counts(criteria: Sequence[Criterion]) -> Iterator[int]:
    """Yield counts among which one is admitted if any is: criteria change only at their bounds."""
    yield from (0, 1)
    for criterion in criteria:
        nearest = math.floor(criterion.bound)
        yield from (max(count, 0) for count in range(nearest - 1, nearest + 3))


def _hold(criteria: Sequence[Criterion], count: int) -> bool:
    return all(criterion.holds(count) for criterion in criteria)
