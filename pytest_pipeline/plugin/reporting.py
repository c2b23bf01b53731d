"""Reports of an execution to whoever asked: a page, the JUnit file, the CI system."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.execution_reports import ExecutionReport
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.plugin.ci_system import CiSystem, ci_system, repository_root
from pytest_pipeline.plugin.junit_properties import add_gates
from pytest_pipeline.plugin.session_state import service_root_of

_OPTION = "--pipeline-report"


def demand_reports(config: pytest.Config) -> None:
    """Find out whether what is asked for can be written, before anything runs.

    Raises:
        pytest.UsageError: If it cannot.
    """
    file = page_file(config)
    if file is not None:
        wiring.demand_page(file, option=_OPTION)


def page_file(config: pytest.Config) -> Path | None:
    """Return where the page is to be written; None where nobody asked for one."""
    named = config.option.pipeline_report
    return config.invocation_params.dir / named if named else None


def expect_reports(config: pytest.Config, execution: Execution) -> None:
    """Have the execution keep what its reports will need."""
    execution.keeps_courses = page_file(config) is not None


def write_reports(config: pytest.Config, execution: Execution, pipeline: Pipeline) -> None:
    """Write every report that was asked for; one that cannot be written is a failure."""
    system = ci_system(config)
    asked = (page_file(config), config.getoption("xmlpath", None), system is not CiSystem.NONE)
    if not any(asked):
        return
    places = wiring.ReportPlaces(config.rootpath, repository_root(config))
    report = wiring.execution_report(execution, pipeline, places)
    file = page_file(config)
    if file is not None:
        _try(execution, f"{_OPTION}={file}", lambda: wiring.write_page(report, file))
    add_gates(config, report)
    if system is CiSystem.GITHUB:
        _report_to_github(config, execution, report)
    elif system is CiSystem.GITLAB:
        _report_to_gitlab(config, execution, report, places)


@contextmanager
def reporting_what_breaks_off(
    config: pytest.Config, execution: Execution, pipeline: Pipeline
) -> Iterator[None]:
    """Write the reports of an execution that an exception ends, which goes on its way."""
    try:
        yield
    except BaseException as error:
        execution.failures.append(str(error) or type(error).__name__)
        write_reports(config, execution, pipeline)
        raise


def _report_to_github(config: pytest.Config, execution: Execution, report: ExecutionReport) -> None:
    _try(
        execution,
        "the step summary $GITHUB_STEP_SUMMARY",
        lambda: wiring.write_step_summary(report, os.environ),
    )
    commands = wiring.annotation_commands(report)
    if commands:
        printer = CommandPrinter(config, commands)
        config.pluginmanager.register(printer, "pipeline-annotations")


def _report_to_gitlab(
    config: pytest.Config,
    execution: Execution,
    report: ExecutionReport,
    places: wiring.ReportPlaces,
) -> None:
    root = service_root_of(config)
    own = root / "pipeline.toml"
    file = own if own.exists() else root / "pyproject.toml"
    shown = wiring.ReportPlaces(file, places.repository).folder or file.name
    state = execution.tools.workspace.state
    _try(
        execution,
        f"the reports for GitLab in {state}",
        lambda: wiring.write_gitlab(report, state, configuration=shown),
    )


def _try(execution: Execution, what: str, write: Callable[[], None]) -> None:
    try:
        write()
    except OSError as error:
        execution.fail(ExitCode.ERROR, f"cannot write {what}: {error.strerror or error}")


class CommandPrinter:
    """A plugin that prints workflow commands at the very end, past pytest's capture."""

    def __init__(self, config: pytest.Config, commands: tuple[str, ...]) -> None:
        self._config = config
        self._commands = commands

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Print them, each on a line of its own."""
        capture = self._config.pluginmanager.getplugin("capturemanager")
        text = "\n" + "\n".join(self._commands) + "\n"
        if capture is None:
            _write(text)
            return
        with capture.global_and_fixture_disabled():
            _write(text)


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()
