"""Response times by bins of time: median, 95th percentile and the longest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.time_bins import TimeBins
from pytest_pipeline.domain.traffic import Outcome, RequestSample


@dataclass(frozen=True)
class LatencySeries:
    """Response times from due to answered over successful answers; None in a bin without any.

    Attributes:
        p50_ms: Median of each bin, milliseconds (nearest rank).
        p95_ms: 95th percentile of each bin, milliseconds (nearest rank).
        longest_ms: Longest of each bin, milliseconds.
    """

    p50_ms: tuple[float | None, ...]
    p95_ms: tuple[float | None, ...]
    longest_ms: tuple[float | None, ...]


def latencies(samples: Iterable[RequestSample], bins: TimeBins) -> LatencySeries:
    """Return response times by the bin in which requests were due."""
    times_ms: list[list[float]] = [[] for _ in range(bins.count)]
    for each in samples:
        if each.outcome is Outcome.OK:
            times_ms[bins.index(each.intended_s)].append((each.done_s - each.intended_s) * 1000)
    for row in times_ms:
        row.sort()
    return LatencySeries(
        p50_ms=tuple(_rank(row, 0.5) for row in times_ms),
        p95_ms=tuple(_rank(row, 0.95) for row in times_ms),
        longest_ms=tuple(_rank(row, 1.0) for row in times_ms),
    )


def _rank(ordered: Sequence[float], quantile: float) -> float | None:
    return ordered[math.ceil(quantile * len(ordered)) - 1] if ordered else None
