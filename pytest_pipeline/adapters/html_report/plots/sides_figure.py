"""The figure of a measure side by side: every run in order, and the effect beside its bound."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import BAND_COLOURS, FAINT, INK
from pytest_pipeline.adapters.html_report.plots.axes import plain
from pytest_pipeline.domain.request_bands import Band
from pytest_pipeline.domain.side_by_side import Side
from pytest_pipeline.domain.side_by_side.shown import ShownEffect, ShownMeasure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE = (10.4, 2.4)  # inches
_LOOKS = {
    Side.CANDIDATE: (BAND_COLOURS[Band.CANDIDATE], "^"),
    Side.STABLE: (BAND_COLOURS[Band.STABLE], "o"),
}
_IN_BLOCK = 4
#: Above and below the figures, as part of their range: a mark is cut off by nothing.
_MARGIN = 0.15
_DOTTED = (0, (1.5, 1))


def sides_figure(shown: ShownMeasure, unit: str) -> Figure:
    """Return the figure of a measure.

    Args:
        shown: Its runs, and what they come to.
        unit: Its unit, for people; empty for none.
    """
    # ruff: noqa: PLC0415 - heavy, and of an extra
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE)
    runs = figure.add_axes((0.07, 0.2, 0.53, 0.65))
    effects = figure.add_axes((0.68, 0.2, 0.30, 0.65))
    _draw_runs(runs, shown, unit)
    _draw_effects(effects, shown.effects, unit)
    return figure


def _draw_runs(axes: Axes, shown: ShownMeasure, unit: str) -> None:
    plain(axes, title=f"{shown.measure}, run by run" + (f", {unit}" if unit else ""))
    for side, (colour, marker) in _LOOKS.items():
        numbered = enumerate(shown.figures, start=1)
        points = [(number, value) for number, (each, value) in numbered if each is side]
        xs, ys = [each[0] for each in points], [each[1] for each in points]
        axes.plot(xs, ys, marker, markersize=5, color=colour, label=str(side))
        axes.axhline(shown.median(side), color=colour, linewidth=1.2, linestyle=_DOTTED)
    for first in range(_IN_BLOCK, len(shown.figures), _IN_BLOCK):
        axes.axvline(first + 0.5, color=FAINT, linewidth=0.5)
    axes.set_xlim(0.4, len(shown.figures) + 0.6)
    axes.margins(y=_MARGIN)
    axes.set_xlabel("run, in blocks of four", fontsize=9, color=FAINT)
    axes.legend(fontsize=8, frameon=False, labelcolor=INK, loc="best", ncols=2)


def _draw_effects(axes: Axes, effects: tuple[ShownEffect, ...], unit: str) -> None:
    named = "%" if all(each.percent for each in effects) else unit
    plain(axes, title=f"candidate against stable, {named}", grid=False)
    axes.axvline(0, color=FAINT, linewidth=0.8)
    axes.set_yticks([])
    axes.set_ylim(-0.6, max(len(effects) - 0.4, 0.6))
    for row, each in enumerate(reversed(effects)):
        known = [end for end in (each.lower, each.upper) if math.isfinite(end)]
        if known:
            axes.plot(known, [row] * len(known), color=INK, linewidth=1.6)
        axes.plot([each.change], [row], "D", markersize=6, color=INK)
        axes.plot([each.bound] * 2, [row - 0.35, row + 0.35], color=BAND_COLOURS[Band.LOST])
        axes.text(each.bound, row + 0.38, each.criterion, fontsize=8, color=FAINT, ha="center")
