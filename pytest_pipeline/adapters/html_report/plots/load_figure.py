"""The figure of a load test: response times over time, how they were spread, by percentile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import BAND_COLOURS, FAINT, INK
from pytest_pipeline.adapters.html_report.plots.axes import plain
from pytest_pipeline.adapters.html_report.plots.latency import time_scale
from pytest_pipeline.adapters.html_report.plots.percentile_plot import draw_percentiles
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.load_shapes import LoadMoment, LoadShape
from pytest_pipeline.domain.request_bands import Band

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE = (10.4, 2.6)  # inches
#: Left end and width of each plot, as parts of the figure.
_WITHOUT = ((0.07, 0.53), (0.68, 0.30))
_WITH_PERCENTILES = ((0.07, 0.36), (0.49, 0.19), (0.76, 0.22))
#: Of a line of text, as part of the height of a plot.
_NAME_HEIGHT = 0.09
_BAR = BAND_COLOURS[Band.STABLE]
_LOST = BAND_COLOURS[Band.LOST]


def load_figure(result: LoadResult, shape: LoadShape) -> Figure:
    """Return the figure of a load test.

    Args:
        result: What it measured.
        shape: How that was spread; with one request at least.
    """
    # ruff: noqa: PLC0415 - heavy, and of an extra
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE)
    places = _WITH_PERCENTILES if result.histogram else _WITHOUT
    course, spread, *percentiles = (
        figure.add_axes((left, 0.17, wide, 0.7)) for left, wide in places
    )
    _draw_course(course, shape.moments)
    _draw_spread(spread, result, shape)
    for each in percentiles:
        draw_percentiles(each, result.histogram)
    return figure


def _draw_course(axes: Axes, moments: tuple[LoadMoment, ...]) -> None:
    plain(axes, title="response time")
    at_s = [each.at_s for each in moments]
    longest = [_or_gap(each.max_ms) for each in moments]
    axes.plot(at_s, longest, ".", markersize=3.5, color=FAINT)
    axes.plot(at_s, [_or_gap(each.p95_ms) for each in moments], linewidth=1.6, color=INK)
    p50 = [_or_gap(each.p50_ms) for each in moments]
    axes.plot(at_s, p50, linewidth=1.6, color=INK, linestyle=(0, (1.5, 1)))
    known = [each for each in (*longest, *p50) if each == each and each > 0]  # noqa: PLR0124 - gaps
    axes.set_ylim(min(known) / 1.4, max(known) * 1.4)
    time_scale(axes)
    failing = [each.at_s for each in moments if each.failures]
    axes.plot(failing, [max(known)] * len(failing), "x", markersize=5, color=_LOST)
    axes.set_xlabel("seconds since the first request", fontsize=9, color=FAINT)


def _draw_spread(axes: Axes, result: LoadResult, shape: LoadShape) -> None:
    plain(axes, title="requests by response time")
    axes.set_xscale("log")
    for each in shape.classes:
        width = each.to_ms - each.from_ms
        axes.bar(each.from_ms, each.requests, width, align="edge", color=_BAR, linewidth=0)
    names = ((result.p50_ms, "p50"), (result.p95_ms, "p95"), (result.p99_ms, "p99"))
    for row, (value_ms, name) in enumerate(names):
        if value_ms is not None:
            axes.axvline(value_ms, color=INK, linewidth=1, linestyle=(0, (1.5, 1)))
            # Each on a line of its own: quantiles may lie closer than their names are wide.
            place = (value_ms, 0.98 - row * _NAME_HEIGHT)
            top = axes.get_xaxis_transform()
            axes.text(*place, f" {name}", fontsize=8, color=INK, va="top", transform=top)
    time_scale(axes, horizontal=True)


def _or_gap(value: float | None) -> float:
    return float("nan") if value is None else value
