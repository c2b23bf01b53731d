"""The figure that lays strategies side by side: who answered, on one time scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import FAINT, INK
from pytest_pipeline.adapters.html_report.plots.axes import plain
from pytest_pipeline.adapters.html_report.plots.requests import draw_band
from pytest_pipeline.adapters.html_report.plots.scales import course_bins
from pytest_pipeline.domain.comparisons import ComparedStrategy
from pytest_pipeline.domain.courses import since_its_first_step
from pytest_pipeline.domain.request_bands import (
    Band,
    releases_of,
    requests_per_bin,
    shares_percent,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
_WIDTH, _ROW, _GAP, _FOOT, _LEFT, _RIGHT = 10.4, 0.5, 0.2, 0.45, 1.0, 1.9


def overview_figure(strategies: Sequence[ComparedStrategy]) -> Figure:
    """Return the figure: for each strategy the share of requests by band, on one time scale."""
    # ruff: noqa: PLC0415 - heavy, and of an extra
    from matplotlib.figure import Figure

    count = len(strategies)
    height = count * (_ROW + _GAP) + _FOOT
    figure = Figure(figsize=(_WIDTH, height))
    bins = [course_bins(since_its_first_step(each.deployment)) for each in strategies]
    start_s, end_s = min(each.start_s for each in bins), max(each.end_s for each in bins)
    for place, each in enumerate(strategies):
        bottom = height - (place + 1) * (_ROW + _GAP) + _GAP / 2
        width = 1 - (_LEFT + _RIGHT) / _WIDTH
        axes = figure.add_axes((_LEFT / _WIDTH, bottom / height, width, _ROW / height))
        axes.set_xlim(start_s, end_s)
        _draw_shares(axes, each)
        if place < count - 1:
            axes.tick_params(labelbottom=False)
        else:
            axes.set_xlabel("seconds since the first step", fontsize=9, color=FAINT)
    return figure


def _draw_shares(axes: Axes, compared: ComparedStrategy) -> None:
    course = since_its_first_step(compared.deployment)
    bins = course_bins(course)
    shares = shares_percent(requests_per_bin(course.samples, releases_of(course), bins))
    base = [0.0] * bins.count
    for band in Band:
        top = [low + (each or 0.0) for low, each in zip(base, shares[band], strict=True)]
        if any(shares[band]):
            draw_band(axes, band, top, bins.edges_s, base)
        base = top
    plain(axes, grid=False)
    axes.set_ylim(0, 100)
    axes.set_yticks([50], [compared.figures.strategy])
    axes.tick_params(axis="y", labelcolor=INK, labelsize=10)
    axes.text(1.015, 0.5, _said(compared), transform=axes.transAxes, va="center", color=INK)


def _said(compared: ComparedStrategy) -> str:
    figures = compared.figures
    if figures.deploy_s is None:
        return "not measured"
    lost = f"{figures.lost_requests:,} lost" if figures.lost_requests else "none lost"
    return f"{figures.deploy_s:.1f} s, {lost}"
