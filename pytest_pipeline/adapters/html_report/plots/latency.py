"""Response times on a logarithmic scale: median, 95th percentile, the longest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import FAINT, INK
from pytest_pipeline.adapters.html_report.wording import milliseconds
from pytest_pipeline.domain.latency_bins import LatencySeries
from pytest_pipeline.domain.time_bins import TimeBins

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_latency(axes: Axes, series: LatencySeries, bins: TimeBins) -> None:
    """Draw response times; a line breaks off where nothing was answered.

    Args:
        axes: Where; its vertical axis is in milliseconds and has its limits.
        series: Response times of each bin.
        bins: The bins.
    """
    time_scale(axes)
    at_s = bins.centres_s
    axes.plot(at_s, _gaps(series.longest_ms), ".", markersize=3.5, color=FAINT)
    axes.plot(at_s, _gaps(series.p95_ms), linewidth=1.6, color=INK)
    axes.plot(at_s, _gaps(series.p50_ms), linewidth=1.6, color=INK, linestyle=(0, (1.5, 1)))


def time_scale(axes: Axes, *, horizontal: bool = False) -> None:
    """Have an axis show response times on a logarithmic scale; its limits stay.

    Args:
        axes: The axes; that axis is in milliseconds and has its limits.
        horizontal: Whether that is the horizontal one.
    """
    # ruff: noqa: PLC0415 - heavy, and of an extra
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    if horizontal:
        limits = axes.get_xlim()
        axes.set_xscale("log")
        axes.set_xlim(*limits)
    else:
        limits = axes.get_ylim()
        axes.set_yscale("log")
        axes.set_ylim(*limits)
    axis = axes.xaxis if horizontal else axes.yaxis
    axis.set_major_locator(LogLocator(base=10, numticks=6))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))


def _gaps(values: tuple[float | None, ...]) -> list[float]:
    return [float("nan") if each is None else each for each in values]


def _tick(value_ms: float) -> str:
    number, blank, unit = milliseconds(value_ms).partition("\N{NO-BREAK SPACE}")
    return f"{float(number):g}{blank}{unit}"
