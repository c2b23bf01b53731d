"""Judges stages again by their reports: what was claimed must come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.evidence import Evidence, policy_digest
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun

_DAY = len("2026-12-31")

#: Counts of tests that no gate's demands change, where nothing was excused.
_COUNTS = tuple(
    f"tests.{each}"
    for each in (
        "collected", "executed", "passed", "failed", "errors", "skipped", "xfailed", "xpassed",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """A report of the folder.

    Attributes:
        stage: Name of the stage.
        run: What running its tests brought to light.
    """

    stage: str
    run: StageRun


@dataclass(frozen=True)
class Rejudging:
    """Judges stages again.

    Attributes:
        stages: Stages as they are configured here, by name; empty where nobody knows.
    """

    stages: Mapping[str, Stage] = field(default_factory=dict)

    def differences(self, evidence: Evidence, report: Report) -> Iterator[str]:
        """Yield what evidence claims and its report does not bear out, in words.

        Where the gate is configured here as it was then, everything is judged again; figures that
        were compared with others, which are not in the report, only as they were measured. Where it
        is not, the counts are compared.
        """
        stage = self.stages.get(evidence.stage)
        if stage is None or policy_digest(stage.gate) != evidence.policy:
            yield from _counts_apart(evidence, report.run)
            return
        again = judge_stage(stage, report.run, today=evidence.created[:_DAY])
        yield from _apart(evidence.measurements, again.measurements)
        if not stage.gate.looked_up and again.verdict is not evidence.verdict:
            yield f"says {evidence.verdict}; judged again, its report comes to {again.verdict}"


def _counts_apart(evidence: Evidence, run: StageRun) -> Iterator[str]:
    if evidence.measurements.get("tests.quarantined"):
        return
    counted = run.tally.measurements()
    said = {name: evidence.measurements.get(name) for name in _COUNTS}
    yield from _apart(
        {name: value for name, value in said.items() if value is not None},
        {name: counted[name] for name in _COUNTS},
    )


def _apart(said: Mapping[str, float], reported: Mapping[str, float]) -> Iterator[str]:
    for name in sorted(said.keys() | reported.keys()):
        figures = (_figure(reported, name), _figure(said, name))
        if figures[0] != figures[1]:
            yield "the report says {} {}, the evidence {}".format(name, *figures)


def _figure(figures: Mapping[str, float], name: str) -> str:
    return f"{figures[name]:.12g}" if name in figures else "nothing"
