"""Whether a service kept up with the rate that was asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.load_shapes import LoadMoment

#: A service that keeps up with less than this part of what was asked for did not hold the rate.
LEAST_RATE_RATIO = 0.95
_FEWEST_MOMENTS = 8
# What a busy machine does to medians of short loads.
_LEAST_GROWTH_S = 0.1


def not_kept_up(result: LoadResult, *, asked_s: float) -> str:
    """Say that a service did not keep up with its rate; empty when it did, or nobody knows.

    In an open model nothing is asked for less often because the service is slow: requests that are
    due queue up instead, and each waits for longer than the one before. So it is looked at whether
    requests are missing, and by how much response times grew; the end of the last request alone
    would tell slow services from those that do not keep up no better than chance.

    Args:
        result: What the load measured.
        asked_s: How long tasks were begun, seconds, > 0.
    """
    intended = result.intended_requests_per_s
    if intended is None:
        return ""
    answered = result.requests / asked_s
    if answered < LEAST_RATE_RATIO * intended:
        return f"{answered:.4g} of {intended:.4g} requests/s were answered"
    moments = [each for each in result.shape.moments if each.p50_ms] if result.shape else []
    if len(moments) < _FEWEST_MOMENTS:
        return ""
    grown_s, within_s = _growth_s(moments)
    # A queue that takes in a requests/s and lets out b makes waits longer by a/b - 1 a second.
    kept = 1 / (1 + grown_s / within_s)
    if kept >= LEAST_RATE_RATIO or grown_s < _LEAST_GROWTH_S:
        return ""
    return (
        f"response times grew by {grown_s:.2f} s within {within_s:.1f} s: about "
        f"{kept * intended:.4g} of {intended:.4g} requests/s were kept up with"
    )


def _growth_s(moments: Sequence[LoadMoment]) -> tuple[float, float]:
    """Return by how much medians grew from the first quarter to the last, and in which time."""
    quarter = len(moments) // 4
    first, last = moments[:quarter], moments[-quarter:]
    grown_ms = median(each.p50_ms or 0 for each in last) - median(
        each.p50_ms or 0 for each in first
    )
    within_s = median(each.at_s for each in last) - median(each.at_s for each in first)
    return max(grown_ms / 1000, 0.0), within_s
