"""The record of a stage's run: from pytest's reports to a tally and measurements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.tallies import Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import FAILURES, TestAttempt, TestRecord
from pytest_pipeline.plugin.attempts import CRASHED, Attempts
from pytest_pipeline.plugin.load_figures import (
    load_from_record,
    load_measurements,
    load_problems,
)
from pytest_pipeline.plugin.report_texts import reason_of
from pytest_pipeline.plugin.run_span import RunSpan

_NAMED = 5
#: What the texts of all failures of a stage may take together, characters.
_TEXTS = 16_000_000
#: Of what a module said that could not be collected, characters.
_LONGEST_TEXT = 8_000


@dataclass
class RunRecord:
    """Collects the reports of a stage, in the process that sees them all.

    Attributes:
        layer: Layer of tests whose reports do not tell; empty when there are several.
    """

    layer: str = ""
    _tests: dict[str, Attempts] = field(default_factory=dict)
    _collected: dict[str, str] = field(default_factory=dict)
    _broken: set[str] = field(default_factory=set)
    _skipped: dict[str, str] = field(default_factory=dict)
    _deselected: set[str] = field(default_factory=set)
    _duration_s: float = 0.0
    _texts: int = 0
    _span: RunSpan = field(default_factory=RunSpan)
    _dead_workers: dict[str, str] = field(default_factory=dict)
    _crashed: list[str] = field(default_factory=list)
    _failures: int = 0
    _broken_texts: dict[str, str] = field(default_factory=dict)

    def expect(self, nodeids: Iterable[str]) -> None:
        """Take the ids of tests that were collected."""
        for nodeid in nodeids:
            self._collected.setdefault(nodeid, nodeid)

    def leave_out(self, nodeids: Iterable[str]) -> None:
        """Take the ids of tests of the stage that were collected and then left out."""
        self._deselected.update(nodeids)

    def add(self, report: pytest.TestReport) -> None:
        """Take the report of one phase of a test; what a rerun attempt recorded is forgotten."""
        nodeid = report.nodeid
        attempts = self._tests.get(nodeid)
        if attempts is None:  # the same text once
            attempts = self._tests[self._collected.get(nodeid, nodeid)] = Attempts()
        self._duration_s += report.duration
        self._span.add(report)
        self._texts += attempts.add(report, limit=_TEXTS - self._texts)
        self._failures += report.failed and not hasattr(report, "wasxfail")
        if report.when == CRASHED and attempts.worker:
            self.lose_worker(attempts.worker, f"while running {report.nodeid}")
        elif report.when == CRASHED:
            self._crashed.append(report.nodeid)

    def lose_worker(self, worker: str, when: str = "") -> None:
        """Take that a worker of pytest-xdist died.

        Args:
            worker: Its identifier.
            when: What it was doing, in words; empty when that is not known.
        """
        self._dead_workers[worker] = when or self._dead_workers.get(worker, "")

    def add_collection(self, report: pytest.CollectReport) -> None:
        """Take the report of a folder or module."""
        if report.failed:
            self._broken.add(report.nodeid)
            self._broken_texts[report.nodeid] = report.longreprtext[-_LONGEST_TEXT:]
        elif report.skipped:
            self._skipped[report.nodeid] = reason_of(report)

    @property
    def collected(self) -> int:
        """Tests that were collected; count."""
        return len(self._collected)

    def missing(self) -> tuple[str, ...]:
        """Return the ids of collected tests that were not reported to their end."""
        done = {nodeid for nodeid, attempts in self._tests.items() if attempts.finished}
        return tuple(sorted(self._collected.keys() - done))

    @property
    def broken_modules(self) -> int:
        """Modules or folders that could not be collected; count."""
        return len(self._broken)

    @property
    def failed(self) -> bool:
        """Whether a test failed in the end, or a module could not be collected."""
        return bool(self._broken) or any(
            attempts.outcome in FAILURES for attempts in self._tests.values()
        )

    def failures_beside(self, counted: int) -> int:
        """Return how many of the failures that pytest counted no report told of.

        Args:
            counted: What pytest counts, which is each failed report, subtests' too; count.
        """
        return max(0, counted - self._failures - len(self._broken))

    def tally(self) -> Tally:
        """Return what every test came to."""
        records = tuple(
            attempts.record(nodeid, self.layer) for nodeid, attempts in self._tests.items()
        )
        outcomes = {each.nodeid: each.outcome for each in records if each.outcome is not None}
        return Tally(
            outcomes,
            len(self._collected),
            len(self._broken),
            self._duration_s,
            records,
            len(self._deselected),
            dict(self._skipped),
        )

    def measurements(self) -> dict[str, float]:
        """Return what tests measured; what two tests claim to be is left out (`problems`)."""
        claims = self._claims()
        measured = {name: next(iter(by.values())) for name, by in claims.items() if len(by) == 1}
        return measured | load_measurements(self._loads()) | self._span.measurements()

    def units(self) -> dict[str, str]:
        """Return the units that tests gave to what they recorded, by measure."""
        return {
            name: unit
            for attempts in self._tests.values()
            for recorded in attempts.recorded
            for name, unit in recorded.get("units", {}).items()
        }

    def problems(self) -> tuple[str, ...]:
        """Return why the measurements cannot be trusted, in words."""
        found = [
            f"measure {name} was recorded by {len(by)} tests ({', '.join(sorted(by)[:_NAMED])}), "
            "so no one figure can be judged: record it in one test"
            for name, by in self._claims().items()
            if len(by) > 1
        ]
        died = [
            f"worker {worker} died {when or 'outside of tests'}"
            for worker, when in self._dead_workers.items()
        ]
        died += [f"a process of its own died while running {each}" for each in self._crashed]
        return (*died, *found, *load_problems(self._loads()))

    def details(self) -> dict[str, tuple[str, ...]]:
        """Return what figures are about that no record tells."""
        return {"tests.deselected": tuple(sorted(self._deselected))} if self._deselected else {}

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
        for nodeid, attempts in self._tests.items():
            for recorded in attempts.recorded:
                for name, value in recorded["measurements"].items():
                    claims.setdefault(name, {})[nodeid] = value
        return claims

    def _loads(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [
            (nodeid, load)
            for nodeid, attempts in self._tests.items()
            for recorded in attempts.recorded
            for load in recorded["loads"]
        ]
