"""Replays what a child session tells: its reports go through the controller's hooks, live."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pytest_pipeline.domain.stage_figures import StageFigures, figures_from_data
from pytest_pipeline.plugin.live_load import LIVE_NAME, LiveLoad
from pytest_pipeline.plugin.report_wire import (
    Location,
    ReportReader,
    location_of,
    warning_from_data,
)
from pytest_pipeline.plugin.run_record import RunRecord
from pytest_pipeline.plugin.screen import Screen
from pytest_pipeline.plugin.selection import USAGE_ERROR

_NEXT_PHASE: Mapping[str, str] = {"setup": "call", "call": "teardown"}


@dataclass
class Heard:
    """What a child said about its session beside its tests.

    Attributes:
        finished: Whether it said that it came to its end.
        status: The exit status that pytest gave it.
        stopped: Why it stopped before its last test; empty when it did not.
        gave_up: Whether it stopped at a failure, as it was asked to.
        failures: Failures that pytest counts, those of subtests too; count.
        ended_early: Kind and text of the exception that ended it; None for none.
        figures: What it measured once for the whole stage.
        problems: Why it cannot be trusted, in words.
        refused: What a worker of it found to be asked wrongly; None for nothing.
    """

    finished: bool = False
    status: int | None = None
    stopped: str = ""
    gave_up: bool = False
    failures: int = 0
    ended_early: tuple[str, str] | None = None
    figures: StageFigures = field(default_factory=StageFigures)
    problems: list[str] = field(default_factory=list)
    refused: str | None = None


class Replay:
    """Takes the messages of one child session."""

    def __init__(self, session: pytest.Session, screen: Screen, record: RunRecord) -> None:
        self._session = session
        self._config = session.config
        self._screen = screen
        self._record = record
        self._reader = ReportReader(session.config)
        self._running: dict[str, Location] = {}
        self._phase: dict[str, str] = {}
        self._handlers: Mapping[str, Callable[..., None]] = {
            "test_started": self._test_started,
            "test_report": self._test_report,
            "test_ended": self._test_ended,
            "collect_report": self._collect_report,
            "collected": self._collected,
            "deselected": screen.count_deselected,
            "told": self._told,
            "worker_died": record.lose_worker,
            "warning": self._warning,
            "internal_error": self._internal_error,
            "ended_early": self._ended_early,
            "finished": self._finished,
        }
        self.heard = Heard()

    @property
    def running(self) -> tuple[str, ...]:
        """Ids of the tests that began and have not ended."""
        return tuple(self._running)

    def take(self, line: bytes) -> None:
        """Act on one message; one that was cut off by a crash is left out."""
        try:
            name, values = json.loads(line)
        except ValueError:
            return
        try:
            self._handlers[name](**values)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # Of a test that writes to the pipe, say: nothing that follows can make it good.
            told = f"{type(error).__name__}: {error}"
            self.heard.problems.append(f"the session's message {name!r} cannot be taken: {told}")

    def fail_running(self, reason: str, output: str) -> None:
        """Report the tests that were running as failed: the child will not do it any more."""
        for nodeid, location in list(self._running.items()):
            phase: Any = self._phase.get(nodeid, "setup")
            text = f"{reason} while running {nodeid}"
            sections = [("Output of the test session", output)] if output else []
            report = pytest.TestReport(nodeid, location, {}, "failed", text, phase, sections)
            self._record.add(report)
            self._config.hook.pytest_runtest_logreport(report=report)
            self._test_ended(nodeid, location)

    def _test_started(self, nodeid: str, location: list[Any]) -> None:
        self._running[nodeid] = location_of(location)
        self._phase.pop(nodeid, None)
        self._config.hook.pytest_runtest_logstart(nodeid=nodeid, location=self._running[nodeid])

    def _test_report(self, data: dict[str, Any]) -> None:
        report = self._reader.read(data)
        self._phase[report.nodeid] = _NEXT_PHASE.get(report.when, "teardown")
        self._record.add(report)
        self._config.hook.pytest_runtest_logreport(report=report)

    def _test_ended(self, nodeid: str, location: list[Any] | Location) -> None:
        self._running.pop(nodeid, None)
        self._config.hook.pytest_runtest_logfinish(nodeid=nodeid, location=location_of(location))

    def _collect_report(self, data: dict[str, Any]) -> None:
        report = self._reader.read(data)
        if hasattr(report, USAGE_ERROR):
            self.heard.refused = str(report.longrepr)
            return
        self._record.add_collection(report)
        self._config.hook.pytest_collectreport(report=report)

    def _collected(self, nodeids: list[str]) -> None:
        before = self._record.collected
        self._record.expect(nodeids)
        self._session.testscollected += self._record.collected - before

    def _told(self, text: str) -> None:
        live = self._config.pluginmanager.get_plugin(LIVE_NAME)
        if isinstance(live, LiveLoad):
            live.hide()
        self._screen.show_line(text)

    def _warning(
        self, data: dict[str, Any], when: str, nodeid: str, location: list[Any] | None
    ) -> None:
        self._config.hook.pytest_warning_recorded.call_historic(
            kwargs={
                "warning_message": warning_from_data(data),
                "when": when,
                "nodeid": nodeid,
                "location": tuple(location) if location else None,
            }
        )

    def _internal_error(self, text: str) -> None:
        self._screen.show_internal_error(text)
        self.heard.problems.append(f"pytest crashed: {text.strip().splitlines()[-1]}")

    def _ended_early(self, kind: str, text: str) -> None:
        self.heard.ended_early = (kind, text)

    def _finished(self, figures: dict[str, Any], **told: Any) -> None:  # noqa: ANN401 - of any type
        self.heard.finished, self.heard.figures = True, figures_from_data(figures)
        self.heard.status, self.heard.stopped = told["status"], told["stopped"]
        self.heard.gave_up, self.heard.failures = told["gave_up"], told["failures"]
