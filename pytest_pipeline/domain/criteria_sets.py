"""Sets of criteria: all of a set must hold, one set of several; in three-valued logic.

True is "holds", False is "refuted", None is "unknown", for want of a baseline.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from pytest_pipeline.domain.criteria import Criterion

CriteriaSet: TypeAlias = tuple[Criterion, ...]
Truth: TypeAlias = bool | None


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return False if one is refuted, else None if one is unknown, else True."""
    found = tuple(truths)
    if False in found:
        return False
    return None if None in found else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return True if one holds, else None if one is unknown, else False."""
    found = tuple(truths)
    if True in found:
        return True
    return None if None in found else False


def set_holds(criteria: CriteriaSet, value: float, baseline: float | None) -> Truth:
    """Return whether all criteria of a set hold."""
    return all_of(criterion.holds(value, baseline) for criterion in criteria)


def sets_hold(sets: Sequence[CriteriaSet], value: float, baseline: float | None) -> Truth:
    """Return whether one of the sets holds; False where there is none."""
    return any_of(set_holds(criteria, value, baseline) for criteria in sets)


def written(sets: Sequence[CriteriaSet]) -> str:
    """Return sets in words: ``< 250, or > 1 and < 5``."""
    return ", or ".join(" and ".join(map(str, criteria)) for criteria in sets)
