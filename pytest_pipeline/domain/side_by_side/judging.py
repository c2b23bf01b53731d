"""Judges objectives on runs side by side: FAIL, PASS, or how many runs it would take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_pipeline.domain.criteria import Criterion
from pytest_pipeline.domain.criteria_sets import CriteriaSet, Truth, all_of, any_of
from pytest_pipeline.domain.objective_judging import figure
from pytest_pipeline.domain.objectives import Objective, ObjectiveResult
from pytest_pipeline.domain.side_by_side.comparing import Compared, compare
from pytest_pipeline.domain.side_by_side.holm import holm
from pytest_pipeline.domain.side_by_side.reasons import Telling, told, told_sets
from pytest_pipeline.domain.side_by_side.runs import Sides
from pytest_pipeline.domain.side_by_side.settings import SideBySide
from pytest_pipeline.domain.side_by_side.stable_figures import stable_figure
from pytest_pipeline.domain.side_by_side.stage_sides import NamedSides
from pytest_pipeline.domain.verdicts import Verdict

if TYPE_CHECKING:
    from pytest_pipeline.domain.gates import Gate


@dataclass(frozen=True)
class BesideJudging:
    """Objectives on load, and the runs that they are judged on.

    All their comparisons share the error that is allowed: one for each load test and objective.

    Attributes:
        objectives: Those that compare with stable.
        loads: Every load test of the stage, by name; one at least.
        settings: How sure a verdict has to be.
    """

    objectives: tuple[Objective, ...]
    loads: tuple[NamedSides, ...]
    settings: SideBySide

    def result(self, objective: Objective, value: float) -> ObjectiveResult:
        """Return what an objective comes to, in the three-valued logic of its sets.

        Args:
            objective: One of the objectives.
            value: What was measured of the candidate, which absolute criteria judge; finite.
        """
        verdict, sets = self._verdict(objective, value)
        runs = [sides for _, sides in self.loads]
        return ObjectiveResult(
            objective.measure,
            value,
            verdict,
            self._reason(objective, value, verdict, sets),
            stable_figure(runs, objective.measure, value),
        )

    def verdict(self, objective: Objective, value: float) -> Verdict:
        """Return the verdict of `result` alone: its reason takes many times as long.

        Args:
            objective: See `result`. So is the following.
            value: What was measured of the candidate.
        """
        return self._verdict(objective, value)[0]

    def truth(self, objective: Objective, load: str, criterion: Criterion) -> Truth:
        """Return whether a load test meets a relative criterion; None when that is undecided."""
        compared = self.compared[objective.measure, load, criterion]
        if compared.unusable:
            return None
        if compared.tolerated:
            return True if compared.detectable <= self.settings.miss else None
        p_value = self.no_worse[objective.measure, load, criterion]
        return False if p_value <= self.settings.false_alarm else None

    @cached_property
    def compared(self) -> Mapping[tuple[str, str, Criterion], Compared]:
        """Every comparison by measure, load test and criterion."""
        return {
            (objective.measure, name, criterion): compare(
                sides, objective.measure, criterion, self.settings
            )
            for objective in self.objectives
            for name, sides in self.loads
            for criterion in _relative(objective)
        }

    @cached_property
    def no_worse(self) -> Mapping[tuple[str, str, Criterion], float]:
        """The p-values of "no worse than stable", corrected: at most the level is a FAIL."""
        hypotheses: dict[tuple[str, str, object], float] = {}
        for key, each in self.compared.items():
            hypotheses[self._hypothesis(key)] = each.no_worse
        corrected = dict(zip(hypotheses, holm(tuple(hypotheses.values())), strict=True))
        return {key: corrected[self._hypothesis(key)] for key in self.compared}

    @property
    def comparisons(self) -> int:
        """Comparisons that share the error; count."""
        return len({self._hypothesis(key) for key in self.compared})

    def _hypothesis(self, key: tuple[str, str, Criterion]) -> tuple[str, str, object]:
        """Return what a comparison would refute: that of another bound is often the same."""
        measure, load, criterion = key
        each = self.compared[key]
        tolerance = each.tolerance
        what = (tolerance.null, tolerance.in_units, tolerance.less_is_worse)
        return measure, load, criterion if each.unusable else what

    def _verdict(
        self, objective: Objective, value: float
    ) -> tuple[Verdict, tuple[CriteriaSet, ...]]:
        """Return the verdict, and the sets that its reason is about."""
        passes, warns = objective.pass_sets, objective.warn_sets
        truths = {each: self._holds(objective, each, value) for each in (*passes, *warns)}
        held = next((each for each in passes if truths[each] is True), None)
        if held is not None:
            return Verdict.PASS, (held,)
        if any_of(truths[each] for each in warns) is True:
            return Verdict.WARN, passes
        if any_of(truths.values()) is False:
            return Verdict.FAIL, passes
        return Verdict.INCONCLUSIVE, passes

    def _holds(self, objective: Objective, criteria: CriteriaSet, value: float) -> Truth:
        return all_of(
            all_of(self.truth(objective, name, each) for name, _ in self.loads)
            if each.relative
            else each.holds(value)
            for each in criteria
        )

    def _reason(
        self, objective: Objective, value: float, verdict: Verdict, sets: Sequence[CriteriaSet]
    ) -> str:
        wanted = told_sets(sets, self.loads[0][1].stable)
        telling = self._telling(objective, verdict, sets)
        absolute = any(not each.relative for criteria in sets for each in criteria)
        if telling is None:
            return f"{figure(value)} ({wanted})"
        told_value = f"{figure(value)}, " if absolute else ""
        return told_value + told(telling, verdict, wanted, self.settings)

    def _telling(
        self, objective: Objective, verdict: Verdict, sets: Sequence[CriteriaSet]
    ) -> Telling | None:
        """Return the comparison that tells most of a verdict; None where sets compare nothing."""
        found = [
            Telling(
                load=name if len(self.loads) > 1 else "",
                compared=self.compared[objective.measure, name, criterion],
                no_worse=self.no_worse[objective.measure, name, criterion],
                comparisons=self.comparisons,
                truth=self.truth(objective, name, criterion),
            )
            for name, _ in self.loads
            for criterion in _of_sets(sets)
        ]
        return min(found, key=lambda each: each.rank(verdict), default=None)


def is_decided(gate: Gate, sides: Sides, *, loads: int = 1) -> bool:
    """Return whether further runs of a load test can be spared: its gate is decided on it.

    Conservative: each relative criterion has to be met or refuted on its own, with the error
    divided by all comparisons that share it. Bonferroni's correction is never less strict than
    Holm's, by which the gate judges in the end.

    Args:
        gate: The gate of the stage.
        sides: The runs so far, of this load test alone; whole blocks.
        loads: Load tests of the stage, this one among them; count, >= 1.

    Returns:
        False also where nothing is compared: then all runs are made that were asked for.
    """
    settings, objectives = gate.side_by_side, gate.beside
    if settings is None or not objectives:
        return False
    judging = BesideJudging(objectives, (("", sides),), settings)
    share = settings.false_alarm / (judging.comparisons * loads)
    for each in judging.compared.values():
        if each.unusable:
            return False
        decided = each.detectable <= settings.miss if each.tolerated else each.no_worse <= share
        if not decided:
            return False
    return True


def _relative(objective: Objective) -> Iterator[Criterion]:
    return _of_sets((*objective.pass_sets, *objective.warn_sets))


def _of_sets(sets: Sequence[CriteriaSet]) -> Iterator[Criterion]:
    found = (each for criteria in sets for each in criteria if each.relative)
    yield from dict.fromkeys(found)
