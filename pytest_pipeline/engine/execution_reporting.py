"""Sums up an execution for those who report it."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.criteria_sets import written
from pytest_pipeline.domain.decisions import decision
from pytest_pipeline.domain.execution_reports import (
    ExecutionReport,
    ReportedDeployment,
    ReportedStage,
    records_of,
)
from pytest_pipeline.domain.gates import Objective
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.time_lines import Span, SpanKind
from pytest_pipeline.engine.execution import Execution


def report_of(
    execution: Execution, pipeline: Pipeline, *, machine: str, folder: str = ""
) -> ExecutionReport:
    """Return what there is to report of an execution, finished or broken off.

    Args:
        execution: The execution.
        pipeline: What it went through.
        machine: What it ran on, for people.
        folder: See `ExecutionReport`.
    """
    revision = execution.revision
    return ExecutionReport(
        execution=execution.id,
        kind=execution.kind,
        service=pipeline.name,
        decision=decision(
            code=execution.exit_code,
            stages=execution.stages,
            deployments=execution.deployments,
            released=execution.released,
            failures=execution.failures,
        ),
        exit_code=execution.exit_code,
        started=execution.started,
        machine=machine,
        commit=revision.commit if revision else None,
        dirty=revision.dirty if revision else False,
        tree=revision.tree if revision else "",
        artifact=execution.artifact,
        steps=_steps(execution, pipeline),
        time_line=tuple(sorted(execution.time_line, key=lambda each: each.began_s)),
        time_s=execution.time.table(execution.tools.clock.now() - execution.started_s),
        failures=tuple(execution.failures),
        kept=dict(execution.kept),
        folder=folder,
        voucher=execution.voucher,
    )


def _steps(
    execution: Execution, pipeline: Pipeline
) -> tuple[ReportedStage | ReportedDeployment, ...]:
    """Return stages and deployments as the time line has them; what it lacks comes first."""
    stages = {each.name: _stage(each, pipeline) for each in execution.stages}
    deployments = [
        ReportedDeployment(each, execution.courses.get(each.id)) for each in execution.deployments
    ]
    ordered: list[ReportedStage | ReportedDeployment] = []
    for span in sorted(execution.time_line, key=lambda each: each.began_s):
        if span.kind is SpanKind.STAGE and span.name in stages:
            ordered.append(stages.pop(span.name))
        taken = _of(span, deployments)
        ordered += taken
        deployments = [each for each in deployments if each not in taken]
    return (*deployments, *ordered, *stages.values())


def _of(span: Span, deployments: list[ReportedDeployment]) -> list[ReportedDeployment]:
    if span.kind not in (SpanKind.DEPLOYMENT, SpanKind.ENVIRONMENT):
        return []
    return [each for each in deployments if each.record.environment == span.name]


def _stage(result: StageResult, pipeline: Pipeline) -> ReportedStage:
    stage = next((each for each in pipeline.stages if each.name == result.name), None)
    return ReportedStage(
        result,
        environment=stage.environment if stage else None,
        wanted=_all_wanted(stage.gate.objectives) if stage else {},
        records=records_of(result),
        gate=stage.gate if stage else None,
    )


def _all_wanted(objectives: Sequence[Objective]) -> dict[str, str]:
    """Return by measure what is demanded; of one that is ratcheted as well, both."""
    texts: dict[str, list[str]] = {}
    for each in objectives:
        texts.setdefault(each.measure, []).append(wanted(each))
    return {measure: "; and ".join(found) for measure, found in texts.items()}


def wanted(objective: Objective) -> str:
    """Return what an objective demands, for people: ``< 250, else < 400 with a warning``."""
    passes, warns = written(objective.pass_sets), written(objective.warn_sets)
    return f"{passes}; {warns} warns" if warns else passes
