"""The gates in the file of ``--junitxml``: properties of its suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pytest_pipeline.domain.execution_reports import ExecutionReport, ReportedStage

#: What pytest's writer of that file has: the fixture `record_testsuite_property` calls it, which
#: needs a test, and does nothing in workers.
_ADDING = "add_global_property"


def add_gates(config: pytest.Config, report: ExecutionReport) -> None:
    """Add the gates of an execution to the suite; nothing without ``--junitxml``."""
    writer = _writer(config)
    if writer is not None:
        add: Callable[[str, object], None] = getattr(writer, _ADDING)
        for name, value in properties_of(report):
            add(name, value)


def properties_of(report: ExecutionReport) -> Iterator[tuple[str, str]]:
    """Yield the properties of an execution: name and value."""
    yield "pipeline.execution", report.execution
    yield "pipeline.decision", report.decision
    yield "pipeline.revision", report.tree
    yield "pipeline.commit", report.commit or ""
    yield "pipeline.artifact", report.artifact or ""
    yield "pipeline.signed", str(report.voucher.signed).lower()
    yield "pipeline.signer", report.voucher.signer or ""
    alone = report.kind == "stage"
    for stage in report.stages:
        if alone:
            yield "pipeline.stage", stage.name
        yield from _gate("pipeline" if alone else f"pipeline.stage.{stage.name}", stage)


def _gate(prefix: str, stage: ReportedStage) -> Iterator[tuple[str, str]]:
    yield f"{prefix}.verdict", str(stage.result.verdict)
    for each in stage.result.objectives:
        yield f"{prefix}.objective.{each.measure}", f"{each.verdict} {each.reason}"
    beside = stage.result.run.beside
    if beside is not None:
        yield f"{prefix}.compared_with", beside.release or beside.missing
    for problem in (*stage.result.run.problems, *stage.result.run.left_out):
        yield f"{prefix}.problem", problem


def _writer(config: pytest.Config) -> Any | None:  # noqa: ANN401 - a builtin plugin, no public type
    if not config.getoption("xmlpath", None):
        return None
    plugins = config.pluginmanager.get_plugins()
    return next((each for each in plugins if hasattr(each, _ADDING)), None)


class JunitAgain:
    """A plugin that has the file written once more: after a stage on its own was judged."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(trylast=True)  # and registered after the plugin that has the stage judged
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Have pytest's writer write it, and no other plugin do anything."""
        writer = _writer(self._config)
        if writer is not None:
            manager = self._config.pluginmanager
            others = [each for each in manager.get_plugins() if each is not writer]
            write = manager.subset_hook_caller("pytest_sessionfinish", others)
            write(session=session, exitstatus=exitstatus)
