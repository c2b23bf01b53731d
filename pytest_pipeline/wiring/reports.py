"""Reports of an execution: the page, what GitHub and GitLab read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.domain.execution_reports import ExecutionReport
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.redaction import Redactor, secrets_among
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.execution_reporting import report_of
from pytest_pipeline.wiring.machines import machine

# ruff: noqa: PLC0415 - adapters are imported when they are first needed

#: Below the state folder: where jobs of GitLab find what to hand over.
GITLAB_FOLDER = "gitlab"


@dataclass(frozen=True)
class ReportPlaces:
    """Where reports count paths from.

    Attributes:
        tests: Folder that node ids are relative to.
        repository: Root of the repository, as the CI system sees it.
    """

    tests: Path
    repository: Path

    @property
    def folder(self) -> str:
        """The folder of the tests as seen from the repository; empty where they are one."""
        if not self.tests.is_relative_to(self.repository):
            return ""
        relative = self.tests.relative_to(self.repository).as_posix()
        return "" if relative == "." else relative


def demand_page(file: Path, *, option: str) -> None:
    """Find out whether a page can be drawn and written, before anything runs for it.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
        ConfigError: If the file cannot be written, or is something else than such a page.
    """
    from pytest_pipeline.adapters.html_report.libraries import demand_report_extra
    from pytest_pipeline.adapters.report_files import demand_page_file

    demand_report_extra()
    demand_page_file(file, option=option)


def execution_report(
    execution: Execution, pipeline: Pipeline, places: ReportPlaces
) -> ExecutionReport:
    """Return what there is to report of an execution, without secrets."""
    redactor = Redactor(secrets_among(os.environ))
    report = report_of(execution, pipeline, machine=machine(), folder=places.folder)
    return redactor.value(report)


def write_page(report: ExecutionReport, file: Path) -> None:
    """Write the page of an execution.

    Raises:
        OSError: If it cannot be written.
    """
    from pytest_pipeline.adapters.html_report import execution_page
    from pytest_pipeline.adapters.report_files import write_whole

    write_whole(file, execution_page(report))


def write_step_summary(report: ExecutionReport, variables: Mapping[str, str]) -> None:
    """Append the summary to the file that GitHub names; nothing where it names none.

    Raises:
        OSError: If it cannot be written.
    """
    from pytest_pipeline.adapters.ci_reports import append_summary

    named = variables.get("GITHUB_STEP_SUMMARY")
    if named:
        append_summary(report, Path(named))


def annotation_commands(report: ExecutionReport) -> tuple[str, ...]:
    """Return the workflow commands that annotate what failed."""
    from pytest_pipeline.adapters import ci_reports

    return ci_reports.annotation_commands(report)


def write_gitlab(report: ExecutionReport, state: Path, *, configuration: str) -> None:
    """Write what GitLab reads below the state folder.

    Args:
        report: The execution.
        state: The state folder.
        configuration: Path of the configuration from the repository's root.

    Raises:
        OSError: If it cannot be written.
    """
    from pytest_pipeline.adapters.ci_reports import code_quality, metrics_text
    from pytest_pipeline.adapters.report_files import write_whole

    folder = state / GITLAB_FOLDER
    write_whole(folder / "metrics.txt", metrics_text(report))
    write_whole(folder / "code-quality.json", code_quality(report, path=configuration))
