"""GitHub's annotations: workflow commands, a line each, that no text can break out of."""

from __future__ import annotations

from pytest_pipeline.domain.deciding import decided_by
from pytest_pipeline.domain.execution_reports import ExecutionReport, ReportedStage
from pytest_pipeline.domain.failure_places import headline, place_of
from pytest_pipeline.domain.test_records import TestRecord
from pytest_pipeline.domain.verdicts import Verdict

#: GitHub shows ten errors of a step, and ten warnings.
MOST = 10
#: Gates have a place among them, whatever number of tests failed.
_KEPT_FOR_GATES = 3
_LONGEST = 4_000


def annotation_commands(report: ExecutionReport) -> tuple[str, ...]:
    """Return the errors and warnings of an execution as workflow commands, ``MOST`` of each.

    Args:
        report: The execution.
    """
    return (*_warnings(report), *_errors(report))


def _warnings(report: ExecutionReport) -> tuple[str, ...]:
    warned = [each for each in report.stages if each.result.verdict is Verdict.WARN]
    return tuple(_of_gate(each, "warning") for each in warned[:MOST])


def _errors(report: ExecutionReport) -> tuple[str, ...]:
    gates = [_of_gate(each, "error") for each in report.stages if not each.result.verdict.promotes]
    gates += _others(report, bool(gates))
    tests = [_of_test(report, stage, record) for stage, record in report.failed_tests()]
    gates = gates[:_KEPT_FOR_GATES] if tests else gates[:MOST]
    room = MOST - len(gates)
    return (*tests[:room], *gates)


def workflow_command(message: str, kind: str = "error", **properties: str) -> str:
    """Return a workflow command that shows an error or a warning.

    Args:
        message: What is shown; any text.
        kind: ``error`` or ``warning``.
        properties: ``file``, ``line``, ``title``; empty ones are left out.
    """
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{kind} {told}::{_data(message)}" if told else f"::{kind}::{_data(message)}"


def _of_test(report: ExecutionReport, stage: ReportedStage, record: TestRecord) -> str:
    place = place_of(record, folder=report.folder)
    failure = record.first_failure
    text = failure.failure if failure else ""
    return workflow_command(
        f"{headline(text) or 'failed'}\n\n{text[-_LONGEST:]}".strip(),
        file=place.path,
        line=str(place.line or ""),
        title=f"stage {stage.name}: {record.nodeid}",
    )


def _of_gate(stage: ReportedStage, kind: str) -> str:
    result = stage.result
    text = "\n".join(decided_by(result))[:_LONGEST]
    return workflow_command(text, kind, title=f"stage {stage.name} is {result.verdict}")


def _others(report: ExecutionReport, told: bool) -> list[str]:  # noqa: FBT001 - a private detail
    """Return what failed beside stages: deployments, refused evidence, the machine."""
    rest = [each for each in report.failures if not (told and each.startswith("stage "))]
    return [workflow_command(each[:_LONGEST], title="pipeline") for each in rest]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
