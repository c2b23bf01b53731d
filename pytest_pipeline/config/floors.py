"""The floor under every gate: what an objective of the user's must not loosen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from pytest_pipeline.domain.criteria import Criterion
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES

_FLOORS = {
    objective.measure: objective.pass_criteria
    for objective in BASIC_OBJECTIVES
    if not objective.warn_criteria  # what warns anyway is the user's to decide
}


def loosened(measure: str, criteria: Sequence[Criterion]) -> str | None:
    """Return in which way criteria admit what the basic objective of a measure refuses.

    Every stage demands one executed test and none failed. An objective of the same measure takes
    the place of the basic one and may only be stricter.

    Args:
        measure: The measure; only those of `BASIC_OBJECTIVES` that fail have a floor.
        criteria: One set of the objective's criteria; all of its sets have to keep the floor.

    Returns:
        What is wrong, for people; None when nothing is.
    """
    floor = _FLOORS.get(measure)
    if floor is None:
        return None
    # what is relative to a baseline narrows the set further, and promises nothing by itself
    absolute = [criterion for criterion in criteria if not criterion.relative]
    if criteria and not absolute:
        return "whatever the baseline has"
    for count in _telling_counts(absolute):
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
