"""The look that all plots share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import FAINT, GRID, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plain(axes: Axes, *, title: str = "", grid: bool = True) -> None:
    """Give axes the look of the page.

    Args:
        axes: The axes.
        title: What they show and in which unit; stands above them, on the left.
        grid: Whether there are lines across.
    """
    axes.patch.set_visible(False)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(colors=FAINT, labelcolor=FAINT, length=0, labelsize=9)
    if title:
        axes.set_title(title, loc="left", fontsize=10, color=INK, pad=5)
    if grid:
        axes.grid(visible=True, axis="y", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
