"""The reporting end of a child session: everything worth knowing goes to the controller at once."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.domain.stage_figures import StageFigures
from pytest_pipeline.plugin.coverage_link import silence_coverage
from pytest_pipeline.plugin.errand import Errand
from pytest_pipeline.plugin.report_wire import Location, report_to_data, warning_to_data
from pytest_pipeline.plugin.session_figures import session_figures

#: What the plugin is registered as.
REPORTER_NAME = "pipeline-child-reporter"


class ChildReporter:
    """A plugin of the child session that sends what its hooks are told."""

    def __init__(self, config: pytest.Config, errand: Errand, descriptor: int) -> None:
        self._config = config
        self._errand = errand
        self._descriptor = descriptor
        self._owner = os.getpid()
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - its only form

    def _send(self, name: str, **values: object) -> None:
        if os.getpid() != self._owner:  # a forked copy of the session does not speak for it
            return
        line = json.dumps([name, values], default=repr).encode() + b"\n"
        while line:
            line = line[os.write(self._descriptor, line) :]

    def tell(self, text: str) -> None:
        """Have the controller show a line at once."""
        self._send("told", text=text)

    @pytest.hookimpl(tryfirst=True)  # not pytest_configure: the terminal is not there yet
    def pytest_sessionstart(self) -> None:
        """Silence what the controller shows; the terminal stays, other plugins look it up."""
        if self._config.pluginmanager.hasplugin("terminalreporter"):
            writer = self._config.get_terminal_writer()
            writer._file = Path(os.devnull).open("w")  # noqa: SIM115, SLF001 - no public way to mute
            writer.hasmarkup = self._errand.markup
            writer.fullwidth = self._errand.width
        silence_coverage(self._config)

    def pytest_runtest_logstart(self, nodeid: str, location: Location) -> None:
        """Tell that a test begins."""
        self._send("test_started", nodeid=nodeid, location=location)

    def pytest_runtest_logfinish(self, nodeid: str, location: Location) -> None:
        """Tell that a test ended."""
        self._send("test_ended", nodeid=nodeid, location=location)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Send the report of a test's phase."""
        self._send("test_report", data=report_to_data(self._config, report))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Send the report of what was not collected well."""
        if not report.passed:
            self._send("collect_report", data=report_to_data(self._config, report))

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Tell how many tests somebody left out."""
        self._send("deselected", count=len(items))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Send the ids of the collected tests."""
        if not self._config.pluginmanager.hasplugin("dsession"):
            self._send("collected", nodeids=[item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Send the ids that a worker collected."""
        self._send("collected", nodeids=list(ids))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401 - of pytest-xdist
        """Tell that a worker died."""
        if error:
            self._send("worker_died", worker=node.gateway.id)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """Keep the controller's record of last failures: this child saw a part of them."""
        plugin = self._config.pluginmanager.getplugin("lfplugin")
        if plugin is not None:
            self._config.pluginmanager.unregister(plugin)

    def pytest_warning_recorded(
        self,
        warning_message: warnings.WarningMessage,
        when: str,
        nodeid: str,
        location: tuple[str, int, str] | None,
    ) -> None:
        """Send a warning, except those of configuring: the controller has its own."""
        if when != "config":
            data = warning_to_data(warning_message)
            self._send("warning", data=data, when=when, nodeid=nodeid, location=location)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Send pytest's own crash."""
        self._send("internal_error", text=str(excrepr))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell why the session was ended early."""
        self._send("ended_early", kind=excinfo.typename, text=str(excinfo.value))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Send the end: without it the controller does not believe the exit status."""
        yield
        values: dict[str, Any] = {
            "status": int(session.exitstatus),
            "stopped": str(session.shouldfail or session.shouldstop or ""),
            "gave_up": bool(session.shouldfail),
            "failures": session.testsfailed,
            "figures": self._figures(session).to_data(),
        }
        self._send("finished", **values)

    def _figures(self, session: pytest.Session) -> StageFigures:
        if self._errand.discover:
            return StageFigures()
        return session_figures(session, self._errand)
