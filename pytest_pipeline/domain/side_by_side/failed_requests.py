"""Whether a side answered its requests: response times of failed ones compare nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pytest_pipeline.domain.side_by_side.runs import Side, SideRun, Sides

#: What failed requests are told by, not spoilt by.
_ABOUT_FAILURES = frozenset({"load.requests", "load.failures", "load.error_ratio"})
#: Of the requests of a side; a slow tail is a few of a hundred, and fewer hardly move it.
_MOST_FAILED = 0.01


def too_many_failed(sides: Sides, measure: str) -> str:
    """Return why failed requests keep a measure from being compared; empty when they do not.

    A request that fails at once is a fast one, and so is one of a path that stable does not have.

    Args:
        sides: The runs; where they do not say how many requests failed, nothing is wrong.
        measure: Name of the measure.
    """
    if measure in _ABOUT_FAILURES:
        return ""
    found = [
        f"{side} failed {failed * 100:.3g} % of its requests"
        for side in Side
        if (failed := _failed(sides.of(side))) > _MOST_FAILED
    ]
    if not found:
        return ""
    return f"{' and '.join(found)}: response times of failed requests compare nothing"


def _failed(runs: Sequence[SideRun]) -> float:
    """Return the share of the requests of a side that failed, 0-1; 0 where it is not known."""
    requests = math.fsum(each.figures.get("load.requests", 0.0) for each in runs)
    if requests > 0 and all("load.failures" in each.figures for each in runs):
        return math.fsum(each.figures["load.failures"] for each in runs) / requests
    ratios = [each.figures.get("load.error_ratio", 0.0) for each in runs]
    return math.fsum(ratios) / max(len(ratios), 1)
