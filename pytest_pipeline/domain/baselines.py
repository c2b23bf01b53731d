"""Baselines: what figures are compared with, and where that is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pytest_pipeline.domain.load_conditions import LOAD_PREFIX, ConditionsByTest, why_not_comparable


class BaselineKind(StrEnum):
    """What an objective may compare with."""

    STABLE = "stable"
    MERGE_BASE = "merge-base"


@dataclass(frozen=True)
class Baseline:
    """Figures to compare with, or why there are none.

    Attributes:
        origin: Where the figures are from, for people: ``r6 (stable)``.
        measurements: Measured values by measure.
        missing: Why there are none and what to do, in words; empty when there are.
        first_release: Whether there are none because nothing was ever promoted, so that there is
            nothing to be worse than.
        conditions: Under which conditions load was measured there, by the id of the test; see
            `domain.load_conditions`.
        remedy: What to do where load figures cannot be compared, in words.
        load_missing: Why its load figures are not to be compared with, in words; empty when they
            are.
    """

    origin: str
    measurements: Mapping[str, float] = field(default_factory=dict)
    missing: str = ""
    first_release: bool = False
    conditions: ConditionsByTest = field(default_factory=dict)
    remedy: str = ""
    load_missing: str = ""

    def figure(self, measure: str) -> float | None:
        """Return the figure to compare with; None for none."""
        if self.load_missing and measure.startswith(LOAD_PREFIX):
            return None
        return self.measurements.get(measure)


#: The baselines of a gate, by kind; an absent one was not looked for and is missing.
Baselines = Mapping[BaselineKind, Baseline]


def comparable(baselines: Baselines, here: ConditionsByTest) -> dict[BaselineKind, Baseline]:
    """Return baselines without the load figures that were measured under other conditions.

    Args:
        baselines: What was found.
        here: Conditions of the load tests that are judged.
    """
    return {kind: _comparable(each, here) for kind, each in baselines.items()}


def _comparable(baseline: Baseline, here: ConditionsByTest) -> Baseline:
    if not any(name.startswith(LOAD_PREFIX) for name in baseline.measurements):
        return baseline
    why = why_not_comparable(here, baseline.conditions)
    if not why:
        return baseline
    said = f"{baseline.origin} was {why}" if why.startswith("measured") else why
    remedy = f": {baseline.remedy}" if baseline.remedy else ""
    return replace(baseline, load_missing=f"{said}{remedy}")
