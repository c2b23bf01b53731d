"""The attempts at one test, told apart by the reports of its phases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import FAILURES, TestAttempt, TestRecord
from pytest_pipeline.plugin.recording import LAYER_ATTRIBUTE, REPORT_ATTRIBUTE
from pytest_pipeline.plugin.report_texts import failure_of, reason_of

#: Later ones win over earlier ones within one attempt at a test.
_RANK = {
    TestOutcome.SKIPPED: 0,
    TestOutcome.PASSED: 1,
    TestOutcome.XPASSED: 2,
    TestOutcome.XFAILED: 3,
    TestOutcome.ERROR: 4,
    TestOutcome.FAILED: 5,
}
#: What pytest-xdist calls the phase in which a test took its worker along.
CRASHED: Any = "???"
#: What pytest itself makes of a phase; plugins that try again have words of their own for a
#: failure that does not count: "rerun", "retried".
_OF_PYTEST = ("passed", "failed", "skipped")


@dataclass(slots=True)
class Attempts:
    """Takes the reports of one test and keeps its attempts.

    Attributes:
        layer: Its layer; empty while nobody said.
        worker: The pytest-xdist worker that reported last; empty for none.
        earlier: The attempts before the last one.
        outcome: The worst that the reports of the last attempt said; None while nothing decided.
        finished: Whether the last attempt was reported to its end.
        recorded: What the last attempt recorded, as put on its reports.
    """

    layer: str = ""
    worker: str = ""
    earlier: tuple[TestAttempt, ...] = ()
    outcome: TestOutcome | None = None
    finished: bool = False
    recorded: tuple[Mapping[str, Any], ...] = ()
    _duration_s: float = 0.0
    _reason: str = ""
    _failure: str = ""
    _begun: bool = False
    _superseded: bool = False

    def add(self, report: pytest.TestReport, *, limit: int) -> int:
        """Take the report of one phase.

        Args:
            report: The report.
            limit: Longest text of a failure to keep, characters, >= 0.

        Returns:
            Characters kept of what a failure said.
        """
        if self._begins_another(report):
            self._close()
        self._begun = True
        self.layer = getattr(report, LAYER_ATTRIBUTE, self.layer)
        self.worker = worker_of(report)
        self._duration_s += report.duration
        recorded = getattr(report, REPORT_ATTRIBUTE, None)
        if recorded:
            self.recorded = (*self.recorded, recorded)
        self._superseded = self._superseded or report.outcome not in _OF_PYTEST
        self.finished = report.when not in ("setup", "call")
        outcome = outcome_of(report)
        return 0 if outcome is None else self._take(outcome, report, limit)

    def record(self, nodeid: str, layer: str) -> TestRecord:
        """Return what is known of the test; ``layer`` where its reports do not tell it."""
        last = () if self.outcome is None else (self._last(self.outcome),)
        return TestRecord(nodeid, self.layer or layer, (*self.earlier, *last), self.worker)

    def _begins_another(self, report: pytest.TestReport) -> bool:
        """Whether a report is of another attempt than those before it.

        A failure that pytest counted stays: only who tries again says that it does not count.
        """
        if self._superseded:
            return report.when != "teardown"
        return report.when == "setup" and self._begun and self.outcome not in FAILURES

    def _close(self) -> None:
        if self.outcome is not None:
            self.earlier = (*self.earlier, self._last(self.outcome))
        self.outcome, self.recorded, self._superseded = None, (), False
        self._duration_s, self._reason, self._failure = 0.0, "", ""

    def _last(self, outcome: TestOutcome) -> TestAttempt:
        return TestAttempt(outcome, self._duration_s, self._reason, self._failure)

    def _take(self, outcome: TestOutcome, report: pytest.TestReport, limit: int) -> int:
        if self.outcome is None or _RANK[outcome] > _RANK[self.outcome]:
            self.outcome = outcome
        self._reason = self._reason or reason_of(report)
        if self._failure or outcome not in FAILURES:
            return 0
        self._failure = failure_of(report, limit)
        return len(self._failure)


def outcome_of(report: pytest.TestReport) -> TestOutcome | None:
    """Return what one phase's report says of its attempt; None when it decides nothing."""
    if hasattr(report, "context"):  # a subtest: the report of its test says the rest
        return TestOutcome.FAILED if report.failed else None
    expected = hasattr(report, "wasxfail")
    if report.failed or report.outcome not in _OF_PYTEST:
        return TestOutcome.ERROR if report.when in ("setup", "teardown") else TestOutcome.FAILED
    if report.skipped:
        return TestOutcome.XFAILED if expected else TestOutcome.SKIPPED
    if report.when == "call":
        return TestOutcome.XPASSED if expected else TestOutcome.PASSED
    return None


def worker_of(report: pytest.TestReport) -> str:
    """Return the identifier of the pytest-xdist worker that a report is from; empty for none."""
    worker = getattr(report, "worker_id", "")
    if not worker:  # a crash, which pytest-xdist reports in the worker's place
        node = getattr(report, "node", None)
        worker = node.gateway.id if node is not None else ""
    return str(worker)
