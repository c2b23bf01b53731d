"""The panel that shows how a capacity grows with the number of instances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.palette import BAND_COLOURS, FAINT, INK
from pytest_pipeline.domain.capacity import Capacity, scaling
from pytest_pipeline.domain.request_bands import Band

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOUR = BAND_COLOURS[Band.CANDIDATE]


def draw_scaling(axes: Axes, capacities: Sequence[Capacity]) -> None:
    """Draw the capacities that are known, those that are known to be exceeded, and the ideal line.

    Args:
        axes: Where.
        capacities: For each number of instances.
    """
    known = dict(scaling(capacities))
    above = {each.instances: each.rate for each in capacities if each.instances not in known}
    exceeded = {number: rate for number, rate in above.items() if rate is not None}
    numbers = sorted(each.instances for each in capacities)
    _draw_ideal(axes, known, numbers)
    axes.plot([*known], [*known.values()], "o-", color=_COLOUR, linewidth=1.6, markersize=5)
    axes.plot([*exceeded], [*exceeded.values()], "^", color=FAINT, markersize=6)
    for number, rate in {**known, **exceeded}.items():
        said = f"{rate:g}" if number in known else f"at least {rate:g}"
        axes.annotate(
            said,
            (number, rate),
            textcoords="offset points",
            xytext=(0, -12),
            ha="center",
            fontsize=8,
            color=INK,
        )
    axes.set_xlim(0, max(numbers) * 1.15)
    axes.set_ylim(bottom=0)
    axes.set_xticks(numbers)
    axes.set_xlabel("instances", fontsize=9, color=FAINT)


def _draw_ideal(axes: Axes, known: dict[int, float], numbers: Sequence[int]) -> None:
    """Draw what it would be if each instance held as much as those of the smallest number."""
    if not known:
        return
    fewest = min(known)
    each = known[fewest] / fewest
    most = max(numbers)
    axes.plot([0, most], [0, each * most], color=FAINT, linewidth=1, linestyle=(0, (1.5, 1.5)))
    axes.text(most, each * most, "ideal", fontsize=8, color=FAINT, ha="right", va="bottom")
