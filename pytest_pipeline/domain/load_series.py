"""A load test of several runs: its figures, run by run and together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from statistics import median
from types import MappingProxyType

from pytest_pipeline.domain.hdr_histograms import added
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.load_shapes import LatencyClass, LoadMoment, LoadShape
from pytest_pipeline.domain.naming_some import first_of
from pytest_pipeline.domain.side_by_side import Side, SideBySide, Sides
from pytest_pipeline.domain.side_by_side.orders import Order

#: Measure to the attribute of a result that it is.
LOAD_FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "load.requests": "requests",
        "load.failures": "failures",
        "load.error_ratio": "error_ratio",
        "load.requests_per_s": "requests_per_s",
        "load.p50_ms": "p50_ms",
        "load.p95_ms": "p95_ms",
        "load.p99_ms": "p99_ms",
        "load.max_ms": "max_ms",
    }
)
#: Remarks of runs that are kept: those of the others are often the same.
_REMARKS = 2


def planned_runs(settings: SideBySide, orders: Sequence[Order]) -> tuple[tuple[int, Side], ...]:
    """Return all runs of a load test, in order: number of the block and side.

    Args:
        settings: How many there are.
        orders: The order of each block, drawn by chance.
    """
    blocks = zip(range(settings.blocks), orders, strict=True)
    return tuple((block, side) for block, order in blocks for side in order)


def run_figures(run: LoadResult) -> dict[str, float]:
    """Return the ``load.…`` figures of one run; what was not measured is left out."""
    found = {measure: getattr(run, name) for measure, name in LOAD_FIGURES.items()}
    return {measure: float(value) for measure, value in found.items() if value is not None}


def series_result(
    runs: Sequence[LoadResult], sides: Sides, *, duration_s: float, problems: Sequence[str] = ()
) -> LoadResult:
    """Return the result of a load test that was run side by side; see `LoadResult`.

    Args:
        runs: The candidate's, in order; one at least.
        sides: The counted runs of both sides.
        duration_s: Time under load, runs of stable and warm-ups included, seconds.
        problems: Why it cannot be trusted.
    """
    errors: Counter[str] = Counter()
    for each in runs:
        errors.update(each.errors)
    return replace(
        runs[0],
        requests=sum(each.requests for each in runs),
        failures=sum(each.failures for each in runs),
        requests_per_s=median(each.requests_per_s for each in runs),
        intended_requests_per_s=_median(each.intended_requests_per_s for each in runs),
        p50_ms=_median(each.p50_ms for each in runs),
        p95_ms=_median(each.p95_ms for each in runs),
        p99_ms=_median(each.p99_ms for each in runs),
        max_ms=_median(each.max_ms for each in runs),
        duration_s=duration_s,
        problems=tuple(problems),
        errors=dict(errors.most_common()),
        shape=_shape([each.shape for each in runs if each.shape is not None]),
        sides=sides,
        histogram=added(each.histogram for each in runs),
        sent=None,
        remarks=first_of(_remarks(runs), _REMARKS, " of other runs"),
    )


def _remarks(runs: Sequence[LoadResult]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(remark for each in runs for remark in each.remarks))


def _median(values: Iterable[float | None]) -> float | None:
    """Return the median; None where a value is missing."""
    every = list(values)
    known = [each for each in every if each is not None]
    return median(known) if known and len(known) == len(every) else None


def _shape(shapes: Sequence[LoadShape]) -> LoadShape | None:
    """Return the shape of all runs: one histogram, and the course of the run in the middle."""
    if not shapes:
        return None
    counts: Counter[tuple[float, float]] = Counter()
    for shape in shapes:
        for each in shape.classes:
            counts[each.from_ms, each.to_ms] += each.requests
    moments = zip_longest(*(shape.moments for shape in shapes))
    return LoadShape(
        tuple(LatencyClass(*edges, count) for edges, count in sorted(counts.items())),
        tuple(_moment([each for each in some if each is not None]) for some in moments),
    )


def _moment(moments: Sequence[LoadMoment]) -> LoadMoment:
    def middle(of: Callable[[LoadMoment], float | None]) -> float | None:
        known = [value for each in moments if (value := of(each)) is not None]
        return median(known) if known else None

    return LoadMoment(
        at_s=round(median(each.at_s for each in moments), 3),
        requests_per_s=round(median(each.requests_per_s for each in moments), 2),
        failures=sum(each.failures for each in moments),
        p50_ms=middle(lambda each: each.p50_ms),
        p95_ms=middle(lambda each: each.p95_ms),
        max_ms=middle(lambda each: each.max_ms),
    )
