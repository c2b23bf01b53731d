"""The figure of a course: events, requests, response times and instances on one time axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import FAINT
from pytest_pipeline.adapters.html_report.plots.axes import plain
from pytest_pipeline.adapters.html_report.plots.events import (
    BADGE_WIDTH,
    draw_lanes,
    draw_lines,
    lanes_of,
)
from pytest_pipeline.adapters.html_report.plots.instances import draw_instances
from pytest_pipeline.adapters.html_report.plots.latency import draw_latency
from pytest_pipeline.adapters.html_report.plots.requests import draw_requests
from pytest_pipeline.adapters.html_report.plots.scales import Scales, course_bins
from pytest_pipeline.domain.course_marks import Mark, marks
from pytest_pipeline.domain.courses import Course, since_its_first_step
from pytest_pipeline.domain.fleet_steps import fleet_steps
from pytest_pipeline.domain.latency_bins import latencies
from pytest_pipeline.domain.request_bands import ReleasePair, requests_per_bin
from pytest_pipeline.domain.time_bins import TimeBins

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
_WIDTH, _PLOT, _GAP, _LANE, _FOOT, _LEFT, _RIGHT, _TOP = (
    10.4,
    1.25,
    0.36,
    0.26,
    0.45,
    0.75,
    0.2,
    0.08,
)

REQUESTS, LATENCY, INSTANCES = "requests a second", "response time", "running instances"


def course_figure(course: Course, releases: ReleasePair, scales: Scales) -> Figure:
    """Return the figure of a course.

    Args:
        course: What happened.
        releases: The two releases of the deployment to which it belongs.
        scales: Where the vertical axes end.
    """
    course = since_its_first_step(course)
    bins = course_bins(course)
    span_s = bins.end_s - bins.start_s
    found = marks(course.events, BADGE_WIDTH * span_s)
    lanes = max(1, len(lanes_of(found)))
    figure, axes = _rows(lanes, bins)
    draw_lanes(axes[0], found)
    axes[1].set_ylim(0, scales.rate)
    draw_requests(axes[1], requests_per_bin(course.samples, releases, bins), bins)
    axes[2].set_ylim(scales.shortest_ms, scales.longest_ms)
    draw_latency(axes[2], latencies(course.samples, bins), bins)
    axes[3].set_ylim(0, scales.instances + 0.5)
    draw_instances(axes[3], fleet_steps(course.fleet, releases, bins.start_s, bins.end_s))
    _finish(axes, found)
    return figure


def _rows(lanes: int, bins: TimeBins) -> tuple[Figure, list[Axes]]:
    # ruff: noqa: PLC0415 - heavy, and of an extra
    from matplotlib.figure import Figure

    heights = [_LANE * lanes, _PLOT, _PLOT, _PLOT * 0.8]
    height = sum(heights) + _GAP * (len(heights) - 1) + _FOOT + _TOP
    figure = Figure(figsize=(_WIDTH, height))
    axes: list[Axes] = []
    top = height - _TOP
    for each in heights:
        place = (
            _LEFT / _WIDTH,
            (top - each) / height,
            1 - (_LEFT + _RIGHT) / _WIDTH,
            each / height,
        )
        made = figure.add_axes(place)
        made.set_xlim(bins.start_s, bins.end_s)
        axes.append(made)
        top -= each + _GAP
    return figure, axes


def _finish(axes: list[Axes], found: tuple[Mark, ...]) -> None:
    plain(axes[0], grid=False)
    axes[0].spines["bottom"].set_visible(False)
    for each, title in zip(axes[1:], (REQUESTS, LATENCY, INSTANCES), strict=True):
        plain(each, title=title)
        draw_lines(each, found)
    for each in axes[:-1]:
        each.tick_params(labelbottom=False)
    axes[-1].set_xlabel("seconds since the first step", fontsize=9, color=FAINT)
