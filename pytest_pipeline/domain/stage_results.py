"""The result of a stage: its run, judged by its gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pytest_pipeline.domain.baselines import Baselines, comparable
from pytest_pipeline.domain.contentment import with_contentment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.gate_demands import with_demands
from pytest_pipeline.domain.gates import ObjectiveResult, judge
from pytest_pipeline.domain.load_conditions import conditions_of
from pytest_pipeline.domain.naming_some import some_of
from pytest_pipeline.domain.quarantine import quarantined
from pytest_pipeline.domain.side_by_side.stage_sides import RunsBeside, sides_of_stage
from pytest_pipeline.domain.spoiling import judge_spoilt
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.verdicts import Verdict, worst


@dataclass(frozen=True)
class StageResult:
    """What a stage came to.

    Attributes:
        name: Name of the stage.
        verdict: The worst of its objectives, or ERROR when the run cannot be trusted.
        objectives: The gate's objectives, judged.
        measurements: Everything that was measured, by measure.
        run: The run itself.
    """

    name: str
    verdict: Verdict
    objectives: tuple[ObjectiveResult, ...]
    measurements: Mapping[str, float]
    run: StageRun

    @property
    def exit_code(self) -> ExitCode:
        """What this stage alone makes the process say."""
        if self.run.interrupted:
            return ExitCode.INTERRUPTED
        match self.verdict:
            case Verdict.PASS | Verdict.WARN:
                return ExitCode.OK
            case Verdict.INCONCLUSIVE:
                return ExitCode.INCONCLUSIVE
            case Verdict.ERROR:
                return ExitCode.ERROR
            case Verdict.FAIL:
                failed = self.measurements.get("tests.failed", 0)
                return ExitCode.TESTS_FAILED if failed else ExitCode.GATE_FAILED

    @property
    def tests(self) -> dict[str, int]:
        """Counts for the summary; ``failed`` and ``errors`` apart."""
        count = self.run.tally.count
        return {
            "executed": int(self.measurements["tests.executed"]),
            "passed": count(TestOutcome.PASSED),
            "failed": int(self.measurements["tests.failed"] - self.measurements["tests.errors"]),
            "errors": int(self.measurements["tests.errors"]),
            "skipped": int(self.measurements["tests.skipped"]),
        }

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the verdict is what it is: what missed, or the figures that passed."""
        telling = [
            f"{each.measure}: {each.reason}"
            for each in self.objectives
            if each.verdict is self.verdict
        ]
        return (*self.run.problems, *telling, *self.run.left_out)


def judge_stage(
    stage: Stage,
    run: StageRun,
    *,
    baselines: Baselines | None = None,
    today: str = "",
) -> StageResult:
    """Judge the run of a stage by the stage's gate.

    Args:
        stage: The stage.
        run: What running its tests brought to light.
        baselines: What relative criteria compare with; an absent one is missing.
        today: The day, ISO 8601, by which entries of the quarantine expire.
    """
    if stage.quarantine is not None:
        run = with_contentment(quarantined(run, stage.quarantine, today))
    if run.interrupted:
        run = replace(run, left_out=(_interruption(run), *run.left_out))
    run = with_demands(run, stage.gate.demands)
    measurements = {**run.measurements, **run.tally.measurements()}
    baselines = comparable(baselines or {}, conditions_of(run.loads))
    beside = _beside(run)
    results = judge(stage.gate, measurements, baselines=baselines, beside=beside).results
    if run.spoilt is not None:
        measurements, results = judge_spoilt(
            stage.gate, measurements, run.spoilt, baselines=baselines, beside=beside
        )
    verdict = worst(each.verdict for each in results)
    if run.left_out:
        verdict = worst((verdict, Verdict.INCONCLUSIVE))
    if run.problems:
        verdict = worst((verdict, Verdict.ERROR))
    results = tuple(_telling(each, run.details) for each in results)
    return StageResult(stage.name, verdict, results, measurements, run)


def _beside(run: StageRun) -> RunsBeside:
    loads = sides_of_stage([(name, load.sides) for name, load in run.loads])
    if run.beside is None:
        return RunsBeside(loads)
    return RunsBeside(loads, run.beside.baseline, run.beside.passed_over)


def _interruption(run: StageRun) -> str:
    ended = run.tally.collected - len(run.missing)
    return f"stopped by Ctrl-C after {ended} of {run.tally.collected} tests"


def _telling(result: ObjectiveResult, details: Mapping[str, tuple[str, ...]]) -> ObjectiveResult:
    """Return the result, its reason naming what the figure is about where it is not as wanted."""
    about = details.get(result.measure, ())
    if result.verdict is Verdict.PASS or not about:
        return result
    return replace(result, reason=f"{result.reason}: {some_of(about)}")
