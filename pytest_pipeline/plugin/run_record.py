"""The record of a stage's run: from pytest's reports to a tally and measurements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.tallies import Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.plugin.load_figures import (
    load_from_record,
    load_measurements,
    load_problems,
)
from pytest_pipeline.plugin.recording import REPORT_ATTRIBUTE

#: Later ones win over earlier ones within one attempt at a test.
_RANK = (
    TestOutcome.SKIPPED,
    TestOutcome.PASSED,
    TestOutcome.XPASSED,
    TestOutcome.XFAILED,
    TestOutcome.ERROR,
    TestOutcome.FAILED,
)
_NAMED = 5
#: Of what a module said that could not be collected, characters.
_LONGEST_TEXT = 8_000


@dataclass
class Attempt:
    """What the reports of a test said, of its last attempt where it was rerun.

    Attributes:
        outcome: The worst so far; None while nothing decided.
        finished: Whether it was reported to its end.
        recorded: What the test recorded, as put on its reports.
    """

    outcome: TestOutcome | None = None
    finished: bool = False
    recorded: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass
class RunRecord:
    """Collects the reports of a stage, in the process that sees them all."""

    _attempts: dict[str, Attempt] = field(default_factory=dict)
    _collected: set[str] = field(default_factory=set)
    _broken: set[str] = field(default_factory=set)
    _duration_s: float = 0.0
    _broken_texts: dict[str, str] = field(default_factory=dict)

    def expect(self, nodeids: Iterable[str]) -> None:
        """Take the ids of tests that were collected."""
        self._collected.update(nodeids)

    def add(self, report: pytest.TestReport) -> None:
        """Take the report of one phase of a test; what a rerun attempt recorded is forgotten."""
        attempt = self._attempts.setdefault(report.nodeid, Attempt())
        if report.when == "setup":
            attempt.recorded.clear()  # of an attempt that a plugin reruns; a failure stays one
        self._duration_s += report.duration
        recorded = getattr(report, REPORT_ATTRIBUTE, None)
        if recorded:
            attempt.recorded.append(recorded)
        outcome = outcome_of(report)
        if outcome is not None:
            known = attempt.outcome
            attempt.outcome = outcome if known is None else max(known, outcome, key=_RANK.index)
        attempt.finished = report.when not in ("setup", "call")

    def add_collection(self, report: pytest.CollectReport) -> None:
        """Take the report of a folder or module."""
        if report.failed:
            self._broken.add(report.nodeid)
            self._broken_texts[report.nodeid] = report.longreprtext[-_LONGEST_TEXT:]

    @property
    def collected(self) -> int:
        """Tests that were collected; count."""
        return len(self._collected)

    def missing(self) -> tuple[str, ...]:
        """Return the ids of collected tests that were not reported to their end."""
        done = {nodeid for nodeid, attempt in self._attempts.items() if attempt.finished}
        return tuple(sorted(self._collected - done))

    def tally(self) -> Tally:
        """Return what every test came to."""
        outcomes = {
            nodeid: attempt.outcome
            for nodeid, attempt in self._attempts.items()
            if attempt.outcome is not None
        }
        return Tally(outcomes, len(self._collected), len(self._broken), self._duration_s)

    def measurements(self) -> dict[str, float]:
        """Return what tests measured; what two tests claim to be is left out (`problems`)."""
        claims = self._claims()
        measured = {name: next(iter(by.values())) for name, by in claims.items() if len(by) == 1}
        return measured | load_measurements(self._loads())

    def problems(self) -> tuple[str, ...]:
        """Return why the measurements cannot be trusted, in words."""
        found = [
            f"measure {name} was recorded by {len(by)} tests ({', '.join(sorted(by)[:_NAMED])}), "
            "so no one figure can be judged: record it in one test"
            for name, by in self._claims().items()
            if len(by) > 1
        ]
        return (*found, *load_problems(self._loads()))

    def broken(self) -> tuple[TestRecord, ...]:
        """Return the modules and folders that could not be collected, with what they said."""
        return tuple(
            TestRecord(nodeid, "", (TestAttempt(TestOutcome.ERROR, failure=text),))
            for nodeid, text in sorted(self._broken_texts.items())
        )

    def loads(self) -> tuple[tuple[str, LoadResult], ...]:
        """Return the load tests, in order: node id and result."""
        return tuple((nodeid, load_from_record(load)) for nodeid, load in self._loads())

    def load_s(self) -> float:
        """Return the time spent in load tests, seconds."""
        return float(sum(load["duration_s"] for _, load in self._loads()))

    def _claims(self) -> dict[str, dict[str, float]]:
        claims: dict[str, dict[str, float]] = {}
        for nodeid, attempt in self._attempts.items():
            for recorded in attempt.recorded:
                for name, value in recorded["measurements"].items():
                    claims.setdefault(name, {})[nodeid] = value
        return claims

    def _loads(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [
            (nodeid, load)
            for nodeid, attempt in self._attempts.items()
            for recorded in attempt.recorded
            for load in recorded["loads"]
        ]


def outcome_of(report: pytest.TestReport) -> TestOutcome | None:
    """Return what one phase's report says of its test; None when it decides nothing."""
    if hasattr(report, "context"):  # a subtest: the report of its test says the rest
        return TestOutcome.FAILED if report.failed else None
    expected = hasattr(report, "wasxfail")
    if report.failed:
        return TestOutcome.ERROR if report.when in ("setup", "teardown") else TestOutcome.FAILED
    if report.skipped:
        return TestOutcome.XFAILED if expected else TestOutcome.SKIPPED
    if report.passed and report.when == "call":
        return TestOutcome.XPASSED if expected else TestOutcome.PASSED
    return None
