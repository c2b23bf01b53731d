"""GitHub's step summary: the decision, what decided, and what failed, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pytest_pipeline.adapters.ci_reports.markdown import block, inline, table
from pytest_pipeline.domain.deciding import decided_by
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.execution_reports import (
    ExecutionReport,
    ReportedDeployment,
    ReportedStage,
)
from pytest_pipeline.domain.failure_places import headline, place_of
from pytest_pipeline.domain.naming_some import first_of
from pytest_pipeline.domain.revisions import short_commit
from pytest_pipeline.domain.test_records import TestRecord

#: GitHub refuses the summary of a step above 1 MiB; what other tools of the step add has room.
LIMIT_BYTES = 1024 * 1024 - 64 * 1024
_SHOWN_FAILURES = 100
_SHOWN_REASONS = 5
_FAILURE_CHARACTERS = 3_000
_STAGE_HEAD = ("stage", "verdict", "tests", "time", "decided by")
_DEPLOYMENT_HEAD = (
    *("environment", "strategy", "release", "status"),
    *("requests", "lost", "errors", "time"),
)
#: For the line that says what was left out.
_RESERVE_BYTES = 200


def step_summary(report: ExecutionReport, *, limit_bytes: int = LIMIT_BYTES) -> str:
    """Return the summary of an execution, never longer than it may be.

    Args:
        report: The execution.
        limit_bytes: Longest summary in UTF-8; >= 0.
    """
    text, left_out = "", 0
    for part in _parts(report):
        size = len(text.encode()) + len(part.encode())
        if left_out or size > limit_bytes - _RESERVE_BYTES:
            left_out += 1
        else:
            text += part
    if left_out and limit_bytes >= _RESERVE_BYTES:
        text += f"\n{left_out} more parts did not fit here: see the log of this step.\n"
    return text


def append_summary(report: ExecutionReport, file: Path) -> None:
    """Append the summary to the file that GitHub reads.

    Raises:
        OSError: If it cannot be written.
    """
    taken = file.stat().st_size if file.exists() else 0
    text = step_summary(report, limit_bytes=max(0, LIMIT_BYTES - taken))
    with file.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def _parts(report: ExecutionReport) -> Iterator[str]:
    yield f"## {inline(report.service)}: {inline(report.decision)}\n\n{_head(report)}\n"
    if report.stages:
        yield f"\n{table(_STAGE_HEAD, [_stage_row(each) for each in report.stages])}\n"
    if report.deployments:
        rows = [_deployment_row(each) for each in report.deployments]
        yield f"\n{table(_DEPLOYMENT_HEAD, rows)}\n"
    told = [f"* {inline(each)}\n" for each in report.failures]
    if told:
        yield "\n" + "".join(told[:_SHOWN_REASONS])
    yield from _failures(report)


def _head(report: ExecutionReport) -> str:
    commit = "no commit"
    if report.commit:
        commit = short_commit(report.commit) + (" with changes" if report.dirty else "")
    artifact = f", artifact {report.artifact[:19]}" if report.artifact else ""
    code = f"exit code {int(report.exit_code)}"
    told = f"execution {report.execution}, {commit}{artifact}, {code}, evidence {report.voucher}"
    return inline(told)


def _stage_row(stage: ReportedStage) -> tuple[str, ...]:
    result = stage.result
    counts = [f"{count} {name}" for name, count in result.tests.items() if count]
    reasons = first_of(decided_by(result), _SHOWN_REASONS)
    return (
        inline(stage.name),
        f"**{result.verdict}**",
        ", ".join(counts) or "none",
        f"{result.run.duration_s:.1f} s",
        "<br>".join(inline(each) for each in reasons),
    )


def _deployment_row(deployment: ReportedDeployment) -> tuple[str, ...]:
    record = deployment.record
    return (
        inline(record.environment + (f" ({record.rehearsal})" if record.rehearsal else "")),
        inline(record.strategy),
        inline(f"{record.stable or 'none'} > {record.candidate}"),
        _status(record),
        str(record.requests),
        f"**{record.lost_requests}**" if record.lost_requests else "0",
        f"**{record.error_requests}**" if record.error_requests else "0",
        f"{record.duration_s:.1f} s",
    )


def _status(record: DeploymentRecord) -> str:
    more = ", not measured" if record.invalid else ""
    back = ", rolled back" if record.rolled_back else ""
    return inline(f"{record.status}{back}{more}")


def _failures(report: ExecutionReport) -> Iterator[str]:
    found = list(report.failed_tests())
    if found:
        yield f"\n### {len(found)} failed {'test' if len(found) == 1 else 'tests'}\n"
    for stage, record in found[:_SHOWN_FAILURES]:
        yield _failure(report, stage, record)
    if len(found) > _SHOWN_FAILURES:
        yield f"\n{len(found) - _SHOWN_FAILURES} more failed tests are in the log of this step.\n"


def _failure(report: ExecutionReport, stage: ReportedStage, record: TestRecord) -> str:
    failure = record.first_failure
    text = failure.failure if failure else ""
    place = inline(str(place_of(record, folder=report.folder)))
    title = f"<code>{inline(record.nodeid)}</code> in {inline(stage.name)}, {place}"
    if not text:
        return f"\n* {title}\n"
    return (
        f"\n<details><summary>{title}: {inline(headline(text))}</summary>\n\n"
        f"{block(text[-_FAILURE_CHARACTERS:])}\n\n</details>\n"
    )
