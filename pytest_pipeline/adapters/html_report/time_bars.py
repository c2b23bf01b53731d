"""The time line of an execution as bars of a table."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.execution_reports import ExecutionReport
from pytest_pipeline.domain.time_lines import Span

_LEAST_PERCENT = 0.4


@dataclass(frozen=True)
class TimeBar:
    """A row of the time line.

    Attributes:
        span: What was under way when.
        from_percent: Where its bar begins, 0-100 of the whole.
        width_percent: How long it is, 0-100.
    """

    span: Span
    from_percent: float
    width_percent: float


def time_bars(report: ExecutionReport) -> tuple[TimeBar, ...]:
    """Return the time line of an execution."""
    ends = [each.ended_s for each in report.time_line]
    whole_s = max([report.time_s.get("wall", 0.0), *ends, 1e-9])
    return tuple(
        TimeBar(
            each,
            round(min(100 - _LEAST_PERCENT, max(0.0, 100 * each.began_s / whole_s)), 2),
            round(max(_LEAST_PERCENT, 100 * each.took_s / whole_s), 2),
        )
        for each in report.time_line
    )
