"""Judges one objective: the verdict, and a reason with the figures that decided."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.baselines import Baseline, Baselines
from pytest_pipeline.domain.criteria import Criterion
from pytest_pipeline.domain.criteria_sets import CriteriaSet, set_holds, sets_hold
from pytest_pipeline.domain.objectives import Objective, ObjectiveResult
from pytest_pipeline.domain.verdicts import Verdict


def judge_objective(
    objective: Objective, value: float | None, baselines: Baselines
) -> ObjectiveResult:
    """Return what an objective comes to.

    PASS when a pass set holds, else WARN when a warn set holds, else FAIL when every set is
    refuted. What is left is INCONCLUSIVE: WARN where nothing was ever promoted to compare with.
    """
    kind = objective.compared_with
    baseline = (
        baselines.get(kind, Baseline(kind, missing=f"{kind} was not looked up")) if kind else None
    )
    return _Judging(objective, baseline).result(value)


@dataclass(frozen=True)
class _Judging:
    """An objective, and what it is compared with; None where all is absolute."""

    objective: Objective
    baseline: Baseline | None

    @property
    def compared(self) -> float | None:
        """The figure to compare with; None for none."""
        return self.baseline.figure(self.objective.measure) if self.baseline else None

    def result(self, value: float | None) -> ObjectiveResult:
        verdict, reason = self._judged(value)
        return ObjectiveResult(self.objective.measure, value, verdict, reason, self.compared)

    def _judged(self, value: float | None) -> tuple[Verdict, str]:
        measure = self.objective.measure
        if value is None:
            return Verdict.INCONCLUSIVE, f"{measure} was not measured"
        if not math.isfinite(value):
            what = "not a number" if math.isnan(value) else "infinite"
            return Verdict.INCONCLUSIVE, f"{measure} is {what}"
        if measure == "tests.executed" and not value:
            return Verdict.INCONCLUSIVE, "no test passed or failed, nothing is known"
        return self._compared(value)

    def _compared(self, value: float) -> tuple[Verdict, str]:
        passes, warns = self.objective.pass_sets, self.objective.warn_sets
        for criteria in passes:
            if set_holds(criteria, value, self.compared):
                return Verdict.PASS, f"{figure(value)} ({self._written([criteria])})"
        if sets_hold(warns, value, self.compared):
            return Verdict.WARN, f"{figure(value)} misses {self._written(passes)}"
        if sets_hold((*passes, *warns), value, self.compared) is False:
            return Verdict.FAIL, f"{figure(value)}, wanted {self._written(passes)}"
        first = self.baseline is not None and self.baseline.first_release
        verdict = Verdict.WARN if first else Verdict.INCONCLUSIVE
        return verdict, f"no-baseline: {figure(value)}, {self._unknown()}"

    def _unknown(self) -> str:
        """Say why the baseline does not decide."""
        baseline, compared = self.baseline, self.compared
        if baseline is None or baseline.missing:
            return baseline.missing if baseline else "nothing to compare with"
        if compared is None and self.objective.measure in baseline.measurements:
            return baseline.load_missing
        if compared is None:
            return f"{self.objective.measure} was not measured of {baseline.origin}"
        if not math.isfinite(compared):
            return f"{baseline.origin} has {compared}, which is no figure to compare with"
        return (
            f"{baseline.origin} has 0, and no percentage of 0 tells anything; wanted a criterion "
            "in the measure's unit beside it, such as '<= base + 1'"
        )

    def _written(self, sets: Sequence[CriteriaSet]) -> str:
        return ", or ".join(
            " and ".join(self._criterion(criterion) for criterion in criteria) for criteria in sets
        )

    def _criterion(self, criterion: Criterion) -> str:
        """Write a criterion with the figure that it compares with, and where that is from."""
        if not criterion.relative or self.baseline is None:
            return str(criterion)
        if self.compared is None:
            return f"{criterion} of {self.baseline.origin}"
        if criterion.in_units:
            return f"{criterion}, which is {figure(self.compared)} of {self.baseline.origin}"
        return f"{criterion} of {figure(self.compared)} of {self.baseline.origin}"


def figure(value: float) -> str:
    """Return a value for people: whole numbers whole, others with six digits."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:g}"  # noqa: PLR2004
