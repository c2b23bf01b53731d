"""Figures that the gate self-test puts in the place of measured ones: they only make it worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_pipeline.domain.gates import Gate, ObjectiveResult, judge
from pytest_pipeline.domain.verdicts import worst


@dataclass(frozen=True)
class Spoilt:
    """What is put in the place of what a stage measured.

    Attributes:
        measurements: Measure to the figure that replaces it, in the measure's unit; None takes it
            away, as if it had never been measured.
        baseline: Figures of the baseline; None leaves those that there are.
        first_release: Whether no release was ever promoted; None leaves what is known of it.
    """

    measurements: Mapping[str, float | None]
    baseline: Mapping[str, float] | None = None
    first_release: bool | None = None


def judge_spoilt(
    gate: Gate,
    measurements: Mapping[str, float],
    spoilt: Spoilt,
    *,
    baseline: Mapping[str, float] | None,
    first_release: bool,
) -> tuple[dict[str, float], tuple[ObjectiveResult, ...]]:
    """Judge a gate with and without spoilt figures; each objective keeps the worse result.

    Args:
        gate: What the stage demands.
        measurements: What was measured.
        spoilt: What replaces it.
        baseline: See `judge`; without what is spoilt. So is ``first_release``.
        first_release: See `judge`.

    Returns:
        The figures with the replaced ones, and a result for each objective.
    """
    replaced = {**measurements, **spoilt.measurements}
    figures = {name: value for name, value in replaced.items() if value is not None}
    before = judge(gate, measurements, baseline=baseline, first_release=first_release)
    after = judge(
        gate,
        figures,
        baseline=baseline if spoilt.baseline is None else spoilt.baseline,
        first_release=first_release if spoilt.first_release is None else spoilt.first_release,
    )
    pairs = zip(before.results, after.results, strict=True)
    return figures, tuple(_worse(*pair) for pair in pairs)


def _worse(before: ObjectiveResult, after: ObjectiveResult) -> ObjectiveResult:
    return after if worst((before.verdict, after.verdict)) is after.verdict else before
