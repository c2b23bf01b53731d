"""Whole runs of the engine with a real ledger and evidence, and test sessions by script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.handoffs import Handoff
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.quarantine import Quarantine, QuarantineEntry
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.pipeline_run import RunOptions, run_pipeline
from pytest_pipeline.errors import ConfigError, ResourceError

STAGES = tuple(Stage(name, (name,), configured=True) for name in ("unit", "component", "e2e"))
PIPELINE = Pipeline("shop", None, STAGES, ())


class SilentProgress:
    def section(self, title: str) -> None: ...

    def line(self, text: str) -> None: ...

    def busy(self, text: str) -> None: ...

    def idle(self) -> None: ...


def run_of(outcomes: Mapping[str, TestOutcome], **more: object) -> StageRun:
    return StageRun(Tally(outcomes, len(outcomes)), {}, **more)  # type: ignore[arg-type]


GREEN = run_of({"test_a": TestOutcome.PASSED})


@dataclass
class ScriptedRunner:
    """Says of each stage what the script says; green where it says nothing."""

    script: Mapping[str, StageRun | BaseException] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def run(self, stage: Stage, handoff: Handoff) -> StageRun:
        assert handoff.stage == stage.name
        self.ran.append(stage.name)
        said = self.script.get(stage.name, GREEN)
        if isinstance(said, BaseException):
            raise said
        return said


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[wiring.WiredToolbox]:
    (tmp_path / "app.py").write_text("version = 1\n")
    with wiring.toolbox(tmp_path, SilentProgress()) as made:
        yield made


def executed(
    tools: wiring.WiredToolbox,
    runner: ScriptedRunner,
    pipeline: Pipeline = PIPELINE,
    **options: str | None,
) -> Execution:
    execution = wiring.begin_execution(tools, kind="pipeline")
    execution.revision = tools.revise(tools.workspace.root)
    run_pipeline(execution, pipeline, runner, RunOptions(**options))  # type: ignore[arg-type]
    execution.save(finished=True)
    return execution


def test_green_stages_run_in_order_and_leave_evidence(tools: wiring.WiredToolbox) -> None:
    runner = ScriptedRunner()

    execution = executed(tools, runner)

    assert runner.ran == ["unit", "component", "e2e"]
    assert execution.exit_code is ExitCode.OK
    tree = execution.revision.tree if execution.revision else ""
    assert all(tools.evidence.find(stage.name, tree, None) for stage in STAGES)


@pytest.mark.parametrize(
    ("run", "code"),
    [
        pytest.param(
            run_of({"test_a": TestOutcome.FAILED}), ExitCode.TESTS_FAILED, id="failed-test"
        ),
        pytest.param(run_of({"test_a": TestOutcome.ERROR}), ExitCode.TESTS_FAILED, id="error"),
        pytest.param(
            run_of({"test_a": TestOutcome.SKIPPED}), ExitCode.INCONCLUSIVE, id="all-skipped"
        ),
        pytest.param(run_of({}), ExitCode.INCONCLUSIVE, id="no-tests"),
        pytest.param(
            run_of({"test_a": TestOutcome.PASSED}, problems=("died of SIGKILL",)),
            ExitCode.ERROR,
            id="crashed",
        ),
        pytest.param(ResourceError("database died"), ExitCode.ERROR, id="resource"),
        pytest.param(KeyboardInterrupt(), ExitCode.INTERRUPTED, id="ctrl-c"),
    ],
)
def test_a_stage_that_does_not_promote_stops_everything_after_it(
    tools: wiring.WiredToolbox, run: StageRun | BaseException, code: ExitCode
) -> None:
    runner = ScriptedRunner({"component": run})

    execution = executed(tools, runner)

    assert runner.ran == ["unit", "component"]
    assert execution.exit_code is code
    assert execution.failures
    (record,) = tools.ledger.executions()
    assert record.exit_code == code
    assert record.summary["released"] is None


def test_a_narrowed_stage_leaves_no_evidence(tools: wiring.WiredToolbox) -> None:
    executed(
        tools,
        ScriptedRunner({"unit": run_of(GREEN.tally.outcomes, narrowed=("-k",))}),
        through="unit",
    )

    assert tools.evidence.latest("unit") is None


def test_beginning_in_the_middle_demands_evidence_of_what_comes_before(
    tools: wiring.WiredToolbox,
) -> None:
    runner = ScriptedRunner()

    refused = executed(tools, runner, start="component")

    assert refused.exit_code is ExitCode.EVIDENCE_REFUSED
    assert "pytest --pipeline-stage=unit" in refused.failures[0]
    assert runner.ran == []


def test_evidence_counts_until_a_source_file_changes(tools: wiring.WiredToolbox) -> None:
    executed(tools, ScriptedRunner(), through="unit")
    runner = ScriptedRunner()

    accepted = executed(tools, runner, start="component", through="component")
    (tools.workspace.root / "app.py").write_text("version = 2\n")
    refused = executed(tools, runner, start="component")

    assert accepted.exit_code is ExitCode.OK
    assert runner.ran == ["component"]
    assert refused.exit_code is ExitCode.EVIDENCE_REFUSED
    assert "app.py" in refused.failures[0]


def test_evidence_counts_as_long_as_what_excused_its_failures(
    tools: wiring.WiredToolbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = tools.clock.utc()[:10]
    entry = QuarantineEntry("t.py", "payments", "ticket 7", today, "quarantine.toml:1")
    stages = tuple(replace(each, quarantine=Quarantine((entry,))) for each in STAGES)
    pipeline = replace(PIPELINE, stages=stages)
    failed = TestRecord("t.py::test_b", "unit", (TestAttempt(TestOutcome.FAILED, 0.1),))
    outcomes = {"test_a": TestOutcome.PASSED, failed.nodeid: TestOutcome.FAILED}
    run = StageRun(Tally(outcomes, 2, records=(failed,)), {})
    executed(tools, ScriptedRunner({"unit": run}), pipeline, through="unit")

    accepted = executed(tools, ScriptedRunner(), pipeline, start="component")
    monkeypatch.setattr(type(tools.clock), "utc", lambda _: "2999-01-01T00:00:00.000Z")
    refused = executed(tools, ScriptedRunner(), pipeline, start="component")

    assert accepted.exit_code is ExitCode.OK
    assert refused.exit_code is ExitCode.EVIDENCE_REFUSED
    assert "stage unit had failures that are excused no more: t.py" in refused.failures[0]


def test_an_unknown_stage_is_a_usage_error_that_names_the_known(
    tools: wiring.WiredToolbox,
) -> None:
    with pytest.raises(ConfigError, match="unit, component, e2e"):
        executed(tools, ScriptedRunner(), through="integraton")


def test_a_stage_that_nobody_configured_is_absent_without_tests(
    tools: wiring.WiredToolbox,
) -> None:
    stages = (Stage("unit", ("unit",)), Stage("e2e", ("e2e",)))
    execution = wiring.begin_execution(tools, kind="pipeline")
    execution.revision = tools.revise(tools.workspace.root)

    run_pipeline(
        execution,
        Pipeline("shop", None, stages, ()),
        ScriptedRunner({"unit": run_of({})}),
        RunOptions(),
    )

    assert [each.name for each in execution.stages] == ["e2e"]
    assert execution.exit_code is ExitCode.OK


def test_a_source_that_changes_while_a_stage_runs_makes_its_evidence_worthless(
    tools: wiring.WiredToolbox,
) -> None:
    class EditingRunner(ScriptedRunner):
        def run(self, stage: Stage, handoff: Handoff) -> StageRun:
            (tools.workspace.root / "app.py").write_text("version = 2\n")
            return super().run(stage, handoff)

    execution = executed(tools, EditingRunner())

    assert execution.exit_code is ExitCode.ERROR
    assert "the source changed during the run: app.py" in execution.failures[0]
    evidence = tools.evidence.latest("unit")
    assert evidence is not None
    assert not evidence.evidence.verdict.promotes
