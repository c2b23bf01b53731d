"""The shape of a load test: how its response times were spread, and how they went over time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_pipeline.domain.percentiles import percentile

if TYPE_CHECKING:
    from pytest_pipeline.domain.load import LoadSample

#: Classes of the histogram in each power of ten, and moments of the course, at most.
CLASSES_PER_DECADE = 10
MOMENTS = 60
_SHORTEST_MS = 0.1


@dataclass(frozen=True)
class LatencyClass:
    """One class of the histogram of response times.

    Attributes:
        from_ms: Its lower end, milliseconds.
        to_ms: Its upper end, milliseconds; ten classes span a power of ten.
        requests: Requests whose response time lies in it; count.
    """

    from_ms: float
    to_ms: float
    requests: int


@dataclass(frozen=True)
class LoadMoment:
    """A short time of a load test.

    Attributes:
        at_s: Its middle, seconds since the first request.
        requests_per_s: Requests that were begun in it, 1/s.
        failures: Of these failed; count.
        p50_ms: Median response time; None without requests. So are the others.
        p95_ms: 95th percentile.
        max_ms: Longest response time.
    """

    at_s: float
    requests_per_s: float
    failures: int
    p50_ms: float | None
    p95_ms: float | None
    max_ms: float | None


@dataclass(frozen=True)
class LoadShape:
    """How the response times of a load test were spread, and how they went over time.

    Attributes:
        classes: The histogram, by rising response time; classes without requests are left out.
        moments: The course, in order, at most ``MOMENTS``.
    """

    classes: tuple[LatencyClass, ...] = ()
    moments: tuple[LoadMoment, ...] = ()


def load_shape(samples: Sequence[LoadSample]) -> LoadShape:
    """Return the shape of a load test.

    Args:
        samples: Every request that finished, in any order.
    """
    return LoadShape(_classes(samples), _moments(samples))


def _classes(samples: Sequence[LoadSample]) -> tuple[LatencyClass, ...]:
    counts = Counter(
        math.floor(math.log10(max(each.response_ms, _SHORTEST_MS)) * CLASSES_PER_DECADE)
        for each in samples
    )
    return tuple(
        LatencyClass(_edge_ms(number), _edge_ms(number + 1), count)
        for number, count in sorted(counts.items())
    )


def _edge_ms(number: int) -> float:
    return float(f"{10 ** (number / CLASSES_PER_DECADE):.4g}")


def _moments(samples: Sequence[LoadSample]) -> tuple[LoadMoment, ...]:
    if not samples:
        return ()
    first_s = min(each.started_s for each in samples)
    span_s = max(each.started_s for each in samples) - first_s
    width_s = max(span_s / MOMENTS, 0.1)
    bins: list[list[LoadSample]] = [[] for _ in range(min(MOMENTS, int(span_s / width_s) + 1))]
    for each in samples:
        bins[min(len(bins) - 1, int((each.started_s - first_s) / width_s))].append(each)
    return tuple(
        _moment((number + 0.5) * width_s, width_s, each) for number, each in enumerate(bins)
    )


def _moment(at_s: float, width_s: float, samples: Sequence[LoadSample]) -> LoadMoment:
    latencies = sorted(each.response_ms for each in samples)
    return LoadMoment(
        at_s=round(at_s, 3),
        requests_per_s=round(len(samples) / width_s, 2),
        failures=sum(each.failure is not None for each in samples),
        p50_ms=percentile(latencies, 50),
        p95_ms=percentile(latencies, 95),
        max_ms=latencies[-1] if latencies else None,
    )


def shape_from_record(record: object) -> LoadShape | None:
    """Read a shape as `dataclasses.asdict` wrote it; None where there is none."""
    if not isinstance(record, dict):
        return None
    return LoadShape(
        tuple(LatencyClass(**each) for each in record["classes"]),
        tuple(LoadMoment(**each) for each in record["moments"]),
    )
