"""A gate: objectives on measurements, and the verdict they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.verdicts import Verdict, worst


@dataclass(frozen=True)
class Objective:
    """What one measurement has to be.

    Attributes:
        measure: Name of the measure.
        pass_criteria: All must hold for PASS.
        warn_criteria: When PASS is missed, all must hold for WARN; empty means there is no WARN.
    """

    measure: str
    pass_criteria: tuple[Criterion, ...]
    warn_criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class Gate:
    """The objectives of one stage; the verdict is that of the worst.

    Attributes:
        objectives: What measurements have to be, those of the demands among them.
        demands: What is demanded of tests.
    """

    objectives: tuple[Objective, ...]
    demands: Demands = field(default_factory=Demands)


@dataclass(frozen=True)
class ObjectiveResult:
    """One objective, judged.

    Attributes:
        measure: Name of the measure.
        value: The measured value, in the measure's unit; None when it was not measured.
        verdict: What the objective comes to.
        reason: One line that names the figures that decided.
    """

    measure: str
    value: float | None
    verdict: Verdict
    reason: str


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
    baseline: Mapping[str, float] | None = None,
    first_release: bool = True,
) -> Judgement:
    """Judge measurements by a gate.

    Args:
        gate: The objectives.
        measurements: Measured values by measure; what is absent was not measured.
        baseline: The same of stable, for relative criteria; None when there is no baseline.
        first_release: Whether no release was ever promoted, so that a missing baseline is
            a WARN and not INCONCLUSIVE.
    """
    return Judgement(
        tuple(
            _judge_objective(
                objective,
                measurements.get(objective.measure),
                (baseline or {}).get(objective.measure),
                first_release=first_release,
            )
            for objective in gate.objectives
        )
    )


def _judge_objective(
    objective: Objective, value: float | None, baseline: float | None, *, first_release: bool
) -> ObjectiveResult:
    def result(verdict: Verdict, reason: str) -> ObjectiveResult:
        return ObjectiveResult(objective.measure, value, verdict, reason)

    if value is None:
        return result(Verdict.INCONCLUSIVE, f"{objective.measure} was not measured")
    if value != value:  # noqa: PLR0124 - NaN is the one value that differs from itself
        return result(Verdict.INCONCLUSIVE, f"{objective.measure} is not a number")
    if objective.measure == "tests.executed" and not value:
        return result(Verdict.INCONCLUSIVE, "no test passed or failed, nothing is known")
    if _hold(objective.pass_criteria, value, baseline):
        return result(Verdict.PASS, _reason(value, objective.pass_criteria))
    if objective.warn_criteria and _hold(objective.warn_criteria, value, baseline):
        return result(Verdict.WARN, f"{value:g} misses {_written(objective.pass_criteria)}")
    if _refuted(objective, value, baseline):
        return result(Verdict.FAIL, f"{value:g}, wanted {_written(objective.pass_criteria)}")
    verdict = Verdict.WARN if first_release else Verdict.INCONCLUSIVE
    return result(verdict, f"no-baseline: {value:g}, nothing to compare with")


def _hold(criteria: tuple[Criterion, ...], value: float, baseline: float | None) -> bool:
    return all(criterion.holds(value, baseline) for criterion in criteria)


def _refuted(objective: Objective, value: float, baseline: float | None) -> bool:
    """Whether the value misses the objective whatever a missing baseline would have been."""
    criteria = objective.warn_criteria or objective.pass_criteria
    return any(criterion.holds(value, baseline) is False for criterion in criteria)


def _written(criteria: tuple[Criterion, ...]) -> str:
    return " and ".join(str(criterion) for criterion in criteria)


def _reason(value: float, criteria: tuple[Criterion, ...]) -> str:
    return f"{value:g} ({_written(criteria)})"
