"""The figure of a capacity: response times against the rate, and how it grows with instances."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import BAND_COLOURS, FAINT, INK
from pytest_pipeline.adapters.html_report.plots.axes import plain
from pytest_pipeline.adapters.html_report.plots.latency import time_scale
from pytest_pipeline.adapters.html_report.plots.rate_scale import rate_scale
from pytest_pipeline.adapters.html_report.plots.scaling import draw_scaling
from pytest_pipeline.domain.capacity import Capacity, CapacityReport, Outcome, Probe
from pytest_pipeline.domain.capacity.load_objectives import bound_ms
from pytest_pipeline.domain.request_bands import Band

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
_WIDTH, _ROW, _HEAD, _FOOT, _LEFT, _RIGHT, _GAP = 10.4, 2.3, 0.35, 0.5, 0.65, 0.15, 0.65
#: Panels in a row, at most; four make a square.
_ACROSS, _SQUARE = 3, 4
_HELD, _MISSED = BAND_COLOURS[Band.CANDIDATE], BAND_COLOURS[Band.LOST]
_P95 = BAND_COLOURS[Band.STABLE]
#: What is drawn: the figure, its colour, its line, and its name so many points above.
_LINES = (
    ("p50_ms", FAINT, (0, (1.5, 1)), -12),
    ("p95_ms", _P95, "-", -3),
    ("p99_ms", INK, (0, (4, 1.5)), 6),
)
#: Measures whose bound is drawn, and its colour.
_BOUNDS = (("load.p50_ms", FAINT), ("load.p95_ms", _P95), ("load.p99_ms", INK))


def capacity_figure(report: CapacityReport) -> Figure:
    """Return the figure: a panel for each number of instances, and one for all of them.

    Args:
        report: What was measured; of one number of instances at least.
    """
    # ruff: noqa: PLC0415 - heavy, and of an extra
    from matplotlib.figure import Figure

    count = len(report.capacities) + 1
    rows = math.ceil(count / _across(count))
    figure = Figure(figsize=(_WIDTH, rows * (_HEAD + _ROW + _FOOT)))
    limits = _limits(report)
    for place, each in enumerate(report.capacities):
        axes = _panel(figure, place, count)
        title = f"{each.instances} instance{'s' if each.instances > 1 else ''}: {each.said}/s"
        plain(axes, title=title)
        axes.set_xlim(*limits[0])
        axes.set_ylim(*limits[1])
        _draw_probes(axes, each, report)
    axes = _panel(figure, count - 1, count)
    plain(axes, title="capacity, tasks a second")
    draw_scaling(axes, report.capacities)
    return figure


def _panel(figure: Figure, place: int, count: int) -> Axes:
    across = _across(count)
    row, column = divmod(place, across)
    height = float(figure.get_figheight())
    width = (_WIDTH - _LEFT - _RIGHT - (across - 1) * _GAP) / across
    left = _LEFT + column * (width + _GAP)
    bottom = height - (row + 1) * (_HEAD + _ROW + _FOOT) + _FOOT
    return figure.add_axes((left / _WIDTH, bottom / height, width / _WIDTH, _ROW / height))


def _across(count: int) -> int:
    return 2 if count == _SQUARE else min(_ACROSS, count)


def _limits(report: CapacityReport) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the limits of rates and of response times with their bounds, alike in all panels."""
    probes = [probe for each in report.capacities for probe in each.probes]
    rates = [each.rate for each in probes] or [1.0]
    times = [value for each in probes for value in (each.p50_ms, each.p99_ms)]
    times += [bound_ms(report.objectives, measure) for measure, _ in _BOUNDS]
    known = [each for each in times if each is not None and each > 0] or [1.0]
    # on the left is room for the names of the lines
    return (min(rates) / 1.7, max(rates) * 1.3), (min(known) / 2.2, max(known) * 1.8)


def _draw_probes(axes: Axes, capacity: Capacity, report: CapacityReport) -> None:
    time_scale(axes)
    rate_scale(axes)
    axes.set_xlabel("tasks a second", fontsize=9, color=FAINT)
    told = [each for each in capacity.probes if each.outcome is not Outcome.INVALID]
    for figure, colour, line, above in _LINES:
        means = _by_rate(told, figure)
        axes.plot([*means], [*means.values()], color=colour, linestyle=line, linewidth=1.5)
        for begin in [*means.items()][:1]:
            axes.annotate(
                *(figure.removesuffix("_ms"), begin),
                textcoords="offset points",
                xytext=(-5, above),
                ha="right",
                fontsize=8,
                color=colour,
            )
    _draw_outcomes(axes, capacity.probes)
    for measure, colour in _BOUNDS:
        bound = bound_ms(report.objectives, measure)
        if bound is not None:
            axes.axhline(bound, color=colour, linewidth=1, linestyle=(0, (1, 2)))
            name = measure.removeprefix("load.").removesuffix("_ms")
            axes.text(
                *(0.99, bound, f"{name} {bound:g} ms"),
                transform=axes.get_yaxis_transform(),
                fontsize=8,
                color=colour,
                ha="right",
                va="bottom",
            )
    if capacity.rate is not None:
        axes.axvline(capacity.rate, color=_HELD, linewidth=1.6)


def _draw_outcomes(axes: Axes, probes: Sequence[Probe]) -> None:
    """Mark each probe at its p95: held, missed, or not to be told."""
    for outcome, sign, colour in (
        (Outcome.HELD, "o", _HELD),
        (Outcome.MISSED, "x", _MISSED),
        (Outcome.INVALID, "D", FAINT),
    ):
        at = [each for each in probes if each.outcome is outcome and each.p95_ms]
        axes.plot(
            *([each.rate for each in at], [each.p95_ms or 0 for each in at], sign),
            color=colour,
            markersize=6 if sign == "x" else 4.5,
            markeredgewidth=1.8 if sign == "x" else 0.5,
        )


def _by_rate(probes: Sequence[Probe], figure: str) -> dict[float, float]:
    """Return the geometric mean of a figure at each rate, by rising rate."""
    found: dict[float, list[float]] = {}
    for each in sorted(probes, key=lambda each: each.rate):
        if value := getattr(each, figure):
            found.setdefault(each.rate, []).append(math.log(value))
    return {rate: math.exp(sum(logs) / len(logs)) for rate, logs in found.items()}
