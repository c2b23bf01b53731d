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
    results: tuple[ObjectiveResult, ...],
    *,
    first_release: bool,
) -> tuple[dict[str, float], tuple[ObjectiveResult, ...]]:
    """Judge a gate again with spoilt figures; each objective keeps the worse of its two results.

    Args:
        gate: What the stage demands.
        measurements: What was measured.
        spoilt: What replaces it.
        results: What the objectives came to without it.
        first_release: Whether no release was ever promoted, as far as is known.

    Returns:
        The figures with the replaced ones, and a result for each objective.
    """
    replaced = {**measurements, **spoilt.measurements}
    figures = {name: value for name, value in replaced.items() if value is not None}
    first = first_release if spoilt.first_release is None else spoilt.first_release
    again = judge(gate, figures, baseline=spoilt.baseline, first_release=first)
    pairs = zip(results, again.results, strict=True)
    return figures, tuple(_worse(before, after) for before, after in pairs)


def _worse(before: ObjectiveResult, after: ObjectiveResult) -> ObjectiveResult:
    return after if worst((before.verdict, after.verdict)) is after.verdict else before
