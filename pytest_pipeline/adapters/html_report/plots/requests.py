"""Requests a second by what they got, stacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import BAND_COLOURS, GROUND
from pytest_pipeline.domain.request_bands import FAILED_BANDS, Band, rates
from pytest_pipeline.domain.time_bins import TimeBins

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Bands that must be seen without colours.
HATCHES: Mapping[Band, str] = {Band.ERROR: "....", Band.LOST: "////"}
_MARKERS: Mapping[Band, str] = {Band.ERROR: "D", Band.LOST: "x"}


def draw_requests(axes: Axes, counts: Mapping[Band, Sequence[int]], bins: TimeBins) -> None:
    """Draw bands of requests, the failed ones on top and marked again above.

    A single lost request among hundreds would not be seen in a stack.

    Args:
        axes: Where; its vertical axis is in requests a second and has its limits.
        counts: Requests of each band in each bin.
        bins: The bins.
    """
    base = [0.0] * bins.count
    for band in Band:
        row = rates(counts[band], bins)
        top = [low + each for low, each in zip(base, row, strict=True)]
        if any(counts[band]):
            draw_band(axes, band, top, bins.edges_s, base)
        base = top
    for place, band in zip((0.96, 0.88), reversed(FAILED_BANDS), strict=True):
        at_s = [at for at, each in zip(bins.centres_s, counts[band], strict=True) if each]
        axes.plot(
            *(at_s, [place] * len(at_s)),
            transform=axes.get_xaxis_transform(),
            linestyle="none",
            marker=_MARKERS[band],
            markersize=4.5,
            color=BAND_COLOURS[band],
        )


def draw_band(
    axes: Axes,
    band: Band,
    top: Sequence[float],
    edges_s: Sequence[float],
    base: Sequence[float],
) -> None:
    """Draw a band between two rows of values that hold from edge to edge."""
    colour = BAND_COLOURS[band]
    hatch = HATCHES.get(band)
    axes.stairs(
        list(top),
        list(edges_s),
        baseline=list(base),
        fill=True,
        facecolor=colour,
        linewidth=0,
        hatch=hatch,
        edgecolor=GROUND if hatch else colour,
    )
