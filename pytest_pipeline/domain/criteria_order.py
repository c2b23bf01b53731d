"""Which criteria demand more: whether whatever meets the one meets the other as well.

A yes is certain, for every value and every baseline, an unknown one included; a no may be doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.criteria_sets import CriteriaSet

_DOWN = (Comparison.LESS, Comparison.AT_MOST)
_STRICT = (Comparison.LESS, Comparison.MORE)


def sets_imply(stricter: Sequence[CriteriaSet], looser: Sequence[CriteriaSet]) -> bool:
    """Return whether what meets one of the first sets meets one of the second."""
    return all(any(set_implies(each, other) for other in looser) for each in stricter)


def set_implies(stricter: CriteriaSet, looser: CriteriaSet) -> bool:
    """Return whether what meets all criteria of the first set meets all of the second."""
    return all(any(implies(each, other) for each in stricter) for other in looser)


def implies(stricter: Criterion, looser: Criterion) -> bool:
    """Return whether what meets the first criterion meets the second."""
    if (stricter.relative, stricter.in_units) != (looser.relative, looser.in_units):
        return False
    if looser.comparison is Comparison.EQUAL:
        return stricter == looser
    downwards = looser.comparison in _DOWN
    if stricter.comparison is not Comparison.EQUAL and downwards != (stricter.comparison in _DOWN):
        return False
    room = looser.bound - stricter.bound if downwards else stricter.bound - looser.bound
    if stricter.comparison in _STRICT or looser.comparison not in _STRICT:
        return room >= 0
    # The limits of different changes of a baseline may be one and the same number.
    return room > 0 and not stricter.relative
