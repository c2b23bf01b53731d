"""Running instances by release, stacked, as steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.plots.requests import draw_band
from pytest_pipeline.domain.fleet_steps import FleetSteps

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_instances(axes: Axes, steps: FleetSteps) -> None:
    """Draw how many instances ran from moment to moment.

    Args:
        axes: Where; its vertical axis is in instances and has its limits.
        steps: The counts.
    """
    # ruff: noqa: PLC0415 - heavy, and of an extra
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True, steps=[1, 2, 4, 5, 10]))
    base = [0.0] * (len(steps.edges_s) - 1)
    for band, counts in steps.running.items():
        top = [low + each for low, each in zip(base, counts, strict=True)]
        if any(counts):
            draw_band(axes, band, top, steps.edges_s, base)
        base = top
