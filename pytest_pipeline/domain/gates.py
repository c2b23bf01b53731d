"""A gate: objectives on measurements, and the verdict they come to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pytest_pipeline.domain.baselines import BaselineKind, Baselines
from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.criteria_sets import CriteriaSet
from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.load_conditions import LOAD_PREFIX
from pytest_pipeline.domain.objective_judging import judge_objective
from pytest_pipeline.domain.objectives import Objective, ObjectiveResult
from pytest_pipeline.domain.side_by_side import SideBySide
from pytest_pipeline.domain.side_by_side.judging import BesideJudging
from pytest_pipeline.domain.side_by_side.stage_sides import RunsBeside
from pytest_pipeline.domain.verdicts import Verdict, worst

__all__ = [
    "BASIC_OBJECTIVES",
    "CriteriaSet",
    "Gate",
    "Judgement",
    "Objective",
    "ObjectiveResult",
    "judge",
]


@dataclass(frozen=True)
class Gate:
    """The objectives of one stage; the verdict is that of the worst.

    Attributes:
        objectives: What measurements have to be.
        demands: What is demanded of tests.
        base: The branch whose merge base objectives compare with, where that is written down.
        excused: Pattern and last day of each entry of the quarantine.
        side_by_side: How load figures are compared with those of stable; None for by what earlier
            executions measured.
    """

    objectives: tuple[Objective, ...]
    demands: Demands = field(default_factory=Demands)
    base: str | None = None
    excused: tuple[tuple[str, str], ...] = ()
    side_by_side: SideBySide | None = None

    @property
    def baselines(self) -> frozenset[BaselineKind]:
        """The baselines that the objectives compare with."""
        return frozenset(each.compared_with for each in self.objectives if each.compared_with)

    @property
    def looked_up(self) -> frozenset[BaselineKind]:
        """The baselines that are figures of other executions: the rest is in a stage's own run."""
        return frozenset(
            each.compared_with
            for each in self.objectives
            if each.compared_with and each not in self.beside
        )

    @property
    def beside(self) -> tuple[Objective, ...]:
        """The objectives that are judged on runs side by side with stable; none without settings.

        What they compare with is never a figure of an earlier execution.
        """
        if self.side_by_side is None:
            return ()
        return tuple(
            each
            for each in self.objectives
            if each.measure.startswith(LOAD_PREFIX) and each.compared_with is BaselineKind.STABLE
        )


@dataclass(frozen=True)
class Judgement:
    """A gate, judged: its objectives' results, and their worst verdict."""

    results: tuple[ObjectiveResult, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the objectives."""
        return worst(result.verdict for result in self.results)


#: Demanded of every stage: a test executed and none failed; a flaky one warns.
BASIC_OBJECTIVES = (
    Objective("tests.executed", (Criterion(Comparison.AT_LEAST, 1),)),
    Objective("tests.failed", (Criterion(Comparison.EQUAL, 0),)),
    Objective(
        "tests.flaky",
        (Criterion(Comparison.EQUAL, 0),),
        (Criterion(Comparison.AT_LEAST, 0),),
    ),
)


def judge(
    gate: Gate,
    measurements: Mapping[str, float],
    *,
    baselines: Baselines | None = None,
    beside: RunsBeside | None = None,
) -> Judgement:
    """Judge measurements by a gate.

    Args:
        gate: The objectives.
        measurements: Measured values by measure; what is absent was not measured.
        baselines: What relative criteria compare with; an absent one is missing.
        beside: The runs side by side, for the objectives that are judged on such.
    """
    found, runs = baselines or {}, beside or RunsBeside()
    compared = {**found, BaselineKind.STABLE: runs.missing}
    judging = None
    if gate.side_by_side is not None and runs.loads:
        judging = BesideJudging(gate.beside, runs.loads, gate.side_by_side)

    def judged(objective: Objective) -> ObjectiveResult:
        value = measurements.get(objective.measure)
        if objective not in gate.beside:
            return judge_objective(objective, value, found)
        if judging is None or value is None or not math.isfinite(value):
            return judge_objective(objective, value, compared)
        result = judging.result(objective, value)
        said = filter(None, (result.reason, runs.remark))
        return replace(result, reason="; ".join(said))

    return Judgement(tuple(map(judged, gate.objectives)))
