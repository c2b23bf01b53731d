"""Response times by percentile, on the scale that HDR histograms are usually drawn on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import GRID, INK
from pytest_pipeline.adapters.html_report.plots.axes import plain
from pytest_pipeline.adapters.html_report.plots.latency import time_scale
from pytest_pipeline.domain.hdr_histograms import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Percentiles that the axis names, of those that so many requests can tell.
_NAMED = (0.0, 90.0, 99.0, 99.9, 99.99)


def draw_percentiles(axes: Axes, histogram: str) -> None:
    """Draw response times over 1 / (1 - p): each step to the right is a tenth of the requests.

    Args:
        axes: Where.
        histogram: An HDR histogram with one request at least.
    """
    plain(axes, title="response time by percentile")
    odds, times_ms = _curve(counted(histogram))
    axes.step(odds, times_ms, where="post", linewidth=1.6, color=INK)
    axes.set_xscale("log")
    axes.set_ylim(max(min(times_ms), 1e-3) / 1.4, max(times_ms) * 1.4)
    time_scale(axes)
    named = [each for each in _NAMED if _odds(each / 100) <= odds[-1]]
    axes.set_xticks([_odds(each / 100) for each in named], [f"{each:g}\u2009%" for each in named])
    axes.minorticks_off()
    for each in named[1:]:
        axes.axvline(_odds(each / 100), color=GRID, linewidth=0.7, zorder=0)


def _curve(counts: Sequence[tuple[float, int]]) -> tuple[list[float], list[float]]:
    """Return places and heights of a curve, which ends beyond the last request."""
    total = sum(number for _, number in counts)
    below = 0
    odds, times_ms = [], []
    for time_ms, number in counts:
        odds.append(_odds(below / total))
        times_ms.append(time_ms)
        below += number
    return [*odds, 2.0 * total], [*times_ms, times_ms[-1]]


def _odds(ratio: float) -> float:
    """Return one of how many requests takes longer than this part of them."""
    return 1 / (1 - ratio)
