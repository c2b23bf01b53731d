"""Response times on a logarithmic scale: median, 95th percentile, the longest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import FAINT, INK
from pytest_pipeline.adapters.html_report.wording import milliseconds
from pytest_pipeline.domain.latency_bins import LatencySeries
from pytest_pipeline.domain.time_bins import TimeBins

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: So few powers of ten say too little of a scale.
_FEWEST_TICKS = 2


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
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    if horizontal:
        limits = axes.get_xlim()
        axes.set_xscale("log")
        axes.set_xlim(*limits)
    else:
        limits = axes.get_ylim()
        axes.set_yscale("log")
        axes.set_ylim(*limits)
    axis = axes.xaxis if horizontal else axes.yaxis
    axis.set_major_locator(FixedLocator(_ticks(*sorted(limits))))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))


def _gaps(values: tuple[float | None, ...]) -> list[float]:
    return [float("nan") if each is None else each for each in values]


def _ticks(lowest: float, highest: float) -> list[float]:
    """Return powers of ten within limits, with their 2s and 5s where these are few."""
    if lowest <= 0:
        return []
    decades = range(math.floor(math.log10(lowest)), math.ceil(math.log10(highest)) + 1)
    found: list[float] = []
    for steps in ((1,), (1, 2, 5), range(1, 10)):
        ticks = [step * 10.0**decade for decade in decades for step in steps]
        found = [each for each in ticks if lowest <= each <= highest]
        if len(found) >= _FEWEST_TICKS:
            break
    return found


def _tick(value_ms: float) -> str:
    number, blank, unit = milliseconds(value_ms).partition("\N{NO-BREAK SPACE}")
    return f"{float(number):g}{blank}{unit}"
