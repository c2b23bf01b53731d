"""The reason of a verdict on runs side by side: one line with the figures that decided."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.criteria import Criterion
from pytest_pipeline.domain.criteria_sets import CriteriaSet, Truth
from pytest_pipeline.domain.side_by_side.comparing import Compared
from pytest_pipeline.domain.side_by_side.settings import MOST_RUNS, SideBySide
from pytest_pipeline.domain.verdicts import Verdict

#: Of each side of the interval that is told: it has 90 %.
INTERVAL_LEVEL = 0.05


@dataclass(frozen=True)
class Telling:
    """A comparison that a reason tells.

    Attributes:
        load: Name of its load test; empty when there is but one.
        compared: The comparison.
        no_worse: Its p-value of "no worse than stable", corrected.
        comparisons: How many share the error; count.
        truth: Whether the criterion is met; None when that is undecided.
    """

    load: str
    compared: Compared
    no_worse: float
    comparisons: int
    truth: Truth

    def rank(self, verdict: Verdict) -> tuple[bool, float]:
        """Return how far behind it comes: what made the verdict is first, the worst of it.

        Args:
            verdict: The verdict of its objective.
        """
        open_one = verdict is Verdict.INCONCLUSIVE
        made = self.truth is None if open_one else self.truth is (verdict is Verdict.PASS)
        if self.compared.unusable:
            return not made, -math.inf
        return not made, -self.compared.effect


def told(telling: Telling, verdict: Verdict, wanted: str, settings: SideBySide) -> str:
    """Return the reason of a verdict.

    Args:
        telling: The comparison that tells most.
        verdict: The verdict.
        wanted: What was wanted, in words.
        settings: How sure a verdict has to be.
    """
    compared = telling.compared
    load = f"{telling.load}: " if telling.load else ""
    if compared.unusable:
        return f"{load}{compared.unusable}; wanted {wanted}"
    said = f"{load}{_effect(compared)} ({_details(telling, settings)}), wanted {wanted}"
    if verdict is not Verdict.INCONCLUSIVE or telling.truth is not None:
        return said
    return f"{said}; {_more_runs(telling)}"


def told_sets(sets: Sequence[CriteriaSet], stable: str) -> str:
    """Return sets of criteria in words, with what relative ones compare with.

    Args:
        sets: The sets.
        stable: Name of the release that the candidate was compared with.
    """
    return ", or ".join(" and ".join(_criterion(each, stable) for each in one) for one in sets)


def _criterion(criterion: Criterion, stable: str) -> str:
    return f"{criterion} of {stable} (stable)" if criterion.relative else str(criterion)


def _effect(compared: Compared) -> str:
    return _change(compared.change) + ("" if compared.tolerance.in_units else " %")


def _details(telling: Telling, settings: SideBySide) -> str:
    compared = telling.compared
    lower, upper = compared.interval(INTERVAL_LEVEL)
    unit = "" if compared.tolerance.in_units else " %"
    between = f"{_change(lower)} to {_change(upper)}{unit}"
    if math.inf in (abs(lower), abs(upper)):
        between = "too wide to tell"
    level = f"{100 - 200 * INTERVAL_LEVEL:g} % interval"
    return f"{level} {between}, {compared.runs} runs each, {_chance(telling, settings)}"


def _chance(telling: Telling, settings: SideBySide) -> str:
    compared = telling.compared
    if not compared.tolerated:
        return f"no worse: p = {_p_value(telling.no_worse)}"
    much = f"{settings.detect_percent:g} %"
    if compared.tolerance.in_units:
        much = f"{compared.detected:.3g}"
    return f"worse by {much}: p = {_p_value(compared.detectable)}"


def _more_runs(telling: Telling) -> str:
    needed = telling.compared.needed_runs(telling.comparisons)
    if needed is None:
        lenient = telling.compared.deciding_tolerance(telling.comparisons)
        if lenient:
            return (
                f"at this noise an equal release misses {telling.compared.criterion} by chance, "
                f"however many runs are made: tolerate more, such as {lenient}"
            )
        return f"at this noise not even {MOST_RUNS} runs each would decide: make them longer"
    if needed <= telling.compared.runs:
        return f"{needed} runs each decide at this noise mostly: run it again, or make more"
    return f"{needed} runs each would decide at this noise"


def _change(value: float) -> str:
    return f"{value:+.1f}" if abs(value) >= 1 or not value else f"{value:+.2g}"


def _p_value(value: float) -> str:
    return f"{value:.2g}" if value >= 1e-4 else "0.0001 or less"  # noqa: PLR2004
