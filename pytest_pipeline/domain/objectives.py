"""Objectives: what one measurement has to be, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria_sets import CriteriaSet
from pytest_pipeline.domain.verdicts import Verdict


@dataclass(frozen=True)
class Objective:
    """What one measurement has to be.

    Attributes:
        measure: Name of the measure.
        pass_criteria: A set: all must hold for PASS.
        warn_criteria: When PASS is missed, all must hold for WARN; empty means there is no WARN.
        pass_alternatives: Further sets for PASS; one set of all must hold.
        warn_alternatives: Further sets for WARN.
        baseline: What relative criteria compare with; None for stable.
    """

    measure: str
    pass_criteria: CriteriaSet
    warn_criteria: CriteriaSet = ()
    pass_alternatives: tuple[CriteriaSet, ...] = ()
    warn_alternatives: tuple[CriteriaSet, ...] = ()
    baseline: BaselineKind | None = None

    @property
    def pass_sets(self) -> tuple[CriteriaSet, ...]:
        """The sets of which one must hold for PASS."""
        return (self.pass_criteria, *self.pass_alternatives)

    @property
    def warn_sets(self) -> tuple[CriteriaSet, ...]:
        """The sets of which one must hold for WARN; empty means there is no WARN."""
        return (self.warn_criteria, *self.warn_alternatives) if self.warn_criteria else ()

    @property
    def compared_with(self) -> BaselineKind | None:
        """The baseline that a criterion needs; None when all are absolute."""
        sets = (*self.pass_sets, *self.warn_sets)
        relative = any(criterion.relative for criteria in sets for criterion in criteria)
        return (self.baseline or BaselineKind.STABLE) if relative else None


@dataclass(frozen=True)
class ObjectiveResult:
    """One objective, judged.

    Attributes:
        measure: Name of the measure.
        value: The measured value, in the measure's unit; None when it was not measured.
        verdict: What the objective comes to.
        reason: One line that names the figures that decided.
        baseline: The value it was compared with, in the measure's unit; None for none.
    """

    measure: str
    value: float | None
    verdict: Verdict
    reason: str
    baseline: float | None = None
