"""Figures that the gate self-test puts in the place of measured ones: they only make it worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_pipeline.domain.baselines import Baseline, BaselineKind, Baselines
from pytest_pipeline.domain.gates import Gate, ObjectiveResult, judge
from pytest_pipeline.domain.side_by_side.stage_sides import RunsBeside, noiseless_sides
from pytest_pipeline.domain.verdicts import worst


@dataclass(frozen=True)
class Spoilt:
    """What is put in the place of what a stage measured.

    Attributes:
        measurements: Measure to the figure that replaces it, in the measure's unit; None takes it
            away, as if it had never been measured.
        baseline: Figures of every baseline; None leaves those that there are, none takes them away.
    """

    measurements: Mapping[str, float | None]
    baseline: Mapping[str, float] | None = None

    def baselines(self, found: Baselines | None) -> Baselines | None:
        """Return the baselines to judge by.

        Args:
            found: Those that there are.
        """
        if self.baseline is None:
            return found
        missing = "" if self.baseline else "the self-test took it away"
        made = Baseline("the self-test", self.baseline, missing)
        return dict.fromkeys(BaselineKind, made)

    def beside(
        self, gate: Gate, figures: Mapping[str, float], found: RunsBeside | None
    ) -> RunsBeside | None:
        """Return the runs side by side to judge by: without noise, where stable's are replaced.

        Args:
            gate: What the stage demands.
            figures: What was measured of the candidate, with what replaces it.
            found: Those that there are.
        """
        made = self.baselines(None)
        if made is None or gate.side_by_side is None:
            return found
        names = [name for name, _ in found.loads] if found else []
        loads = noiseless_sides(names, gate.side_by_side, figures, self.baseline or {})
        return RunsBeside(loads, made[BaselineKind.STABLE])


def judge_spoilt(
    gate: Gate,
    measurements: Mapping[str, float],
    spoilt: Spoilt,
    *,
    baselines: Baselines | None,
    beside: RunsBeside | None = None,
) -> tuple[dict[str, float], tuple[ObjectiveResult, ...]]:
    """Judge a gate with and without spoilt figures; each objective keeps the worse result.

    Args:
        gate: What the stage demands.
        measurements: What was measured.
        spoilt: What replaces it.
        baselines: See `judge`; without what is spoilt. So is the following.
        beside: The runs side by side.

    Returns:
        The figures with the replaced ones, and a result for each objective.
    """
    replaced = {**measurements, **spoilt.measurements}
    figures = {name: value for name, value in replaced.items() if value is not None}
    before = judge(gate, measurements, baselines=baselines, beside=beside)
    after = judge(
        gate,
        figures,
        baselines=spoilt.baselines(baselines),
        beside=spoilt.beside(gate, figures, beside),
    )
    pairs = zip(before.results, after.results, strict=True)
    return figures, tuple(_worse(*pair) for pair in pairs)


def _worse(before: ObjectiveResult, after: ObjectiveResult) -> ObjectiveResult:
    return after if worst((before.verdict, after.verdict)) is after.verdict else before
