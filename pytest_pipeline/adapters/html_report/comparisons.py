"""Load tests that were run side by side, on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_pipeline.adapters.html_report.plots.sides_figure import sides_figure
from pytest_pipeline.adapters.html_report.svg import drawn
from pytest_pipeline.domain.gates import Gate
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.measures import MEASURES
from pytest_pipeline.domain.side_by_side import Side
from pytest_pipeline.domain.side_by_side.shown import ShownMeasure, shown_measures

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class Comparison:
    """A measure side by side.

    Attributes:
        shown: Its runs, and what they come to.
        unit: Its unit; empty for none.
        figure: The drawing.
    """

    shown: ShownMeasure
    unit: str
    figure: Markup

    @property
    def medians(self) -> tuple[float, float]:
        """Median of the candidate's runs and of stable's."""
        return self.shown.median(Side.CANDIDATE), self.shown.median(Side.STABLE)


def comparisons(result: LoadResult, gate: Gate | None, name: str) -> tuple[Comparison, ...]:
    """Return what is shown of a load test that was run side by side; nothing of any other.

    Args:
        result: What it measured.
        gate: What judged it; None where that is not known.
        name: Distinguishes its drawings from others of the page.
    """
    if result.sides is None or gate is None:
        return ()
    shown = shown_measures(gate, result.sides)
    return tuple(
        _comparison(each, result.sides.stable, f"{name}-sides{number}")
        for number, each in enumerate(shown, start=1)
    )


def _comparison(shown: ShownMeasure, stable: str, name: str) -> Comparison:
    known = MEASURES.get(shown.measure)
    unit = "" if known is None or known.unit == "count" else known.unit
    told = "".join(
        f"; {each.change:+.1f}{' %' if each.percent else ''}, wanted {each.criterion}"
        for each in shown.effects
    )
    description = (
        f"{shown.measure} of {len(shown.figures)} runs by turns: median "
        f"{shown.median(Side.CANDIDATE):.4g} of the candidate, {shown.median(Side.STABLE):.4g} of "
        f"{stable}{told}."
    )
    figure = drawn(lambda: sides_figure(shown, unit), name=name, description=description)
    return Comparison(shown, unit, figure)
