"""Judges a stage of many tests whose reports come over the wire; prints what that cost as JSON.

Times are those of the processor, so that a busy machine does not count.

Run as a process of its own, ``python -m tests.benchmarks.judging 100000``: the peak of its memory
is that of this work alone.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.gate_demands import demanded
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate
from pytest_pipeline.domain.quarantine import Quarantine, QuarantineEntry
from pytest_pipeline.domain.stage_results import StageResult, judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.plugin.report_wire import ReportReader, report_to_data
from pytest_pipeline.plugin.run_problems import lost_tests, unexplained_status
from pytest_pipeline.plugin.run_record import RunRecord

_PER_MODULE = 50
_BATCH = 1_000
_FAILURE = "def test_it():\n>       assert 0\nE       assert 0\n" * 10


def reports_of(nodeid: str, number: int) -> Iterator[pytest.TestReport]:
    """Yield the reports of a test; of a hundred, one fails, one is skipped, one is flaky."""

    def report(when: str, outcome: str = "passed", longrepr: object = None) -> pytest.TestReport:
        known: Any = {"when": when, "outcome": outcome, "longrepr": longrepr, "duration": 0.001}
        return pytest.TestReport(nodeid, ("tests/unit/t.py", number, "t"), {nodeid: 1}, **known)

    match number % 100:
        case 1:
            yield report("setup", "skipped", ("t.py", 1, "Skipped: needs Docker"))
        case 2:
            yield from (report("setup"), report("call", "failed", _FAILURE))
        case 3:
            yield from (report("setup"), report("call", "rerun", _FAILURE), report("teardown"))
            yield from (report("setup"), report("call"))
        case _:
            yield from (report("setup"), report("call"))
    yield report("teardown")


class Benchmark:
    """A plugin that does the work in the place of tests, with a real configuration."""

    def __init__(self, tests: int) -> None:
        self.tests = tests
        self.costs: dict[str, float] = {}

    def pytest_collection(self) -> bool:
        """Collect nothing."""
        return True

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the reports and judge them."""
        record = RunRecord("unit")
        record.expect(f"tests/unit/test_{n // _PER_MODULE}.py::test_{n}" for n in range(self.tests))
        reader = ReportReader(session.config)
        self.costs = {"read_s": 0.0, "take_s": 0.0, "judge_s": 0.0}
        for start in range(0, self.tests, _BATCH):
            lines = list(self._lines(session.config, range(start, start + _BATCH)))
            began_s = time.process_time()
            read = [reader.read(json.loads(line)) for line in lines]
            read_s = time.process_time()
            for report in read:
                record.add(report)
            self.costs["take_s"] += time.process_time() - read_s
            self.costs["read_s"] += read_s - began_s
        began_s = time.process_time()
        result = _judged(record)
        self.costs["judge_s"] = time.process_time() - began_s
        self.costs["failed"] = result.measurements["tests.failed"]
        self.costs["flaky"] = result.measurements["tests.flaky"]
        return True

    def _lines(self, config: pytest.Config, numbers: range) -> Iterator[bytes]:
        for number in numbers:
            nodeid = f"tests/unit/test_{number // _PER_MODULE}.py::test_{number}"
            for report in reports_of(nodeid, number):
                yield json.dumps(report_to_data(config, report)).encode()


def _judged(record: RunRecord) -> StageResult:
    """Judge as both modes do, with every demand that looks at single tests."""
    problems = lost_tests(record, stopped="") + unexplained_status(record, status=1, stopped="")
    run = StageRun(
        record.tally(),
        record.measurements(),
        problems=(*problems, *record.problems()),
        missing=record.missing(),
        details=record.details(),
    )
    demands = Demands(tuple(f"tests/unit/test_{n}.py" for n in range(5)), ("needs *",), retries=1)
    entry = QuarantineEntry("tests/unit/test_13.py", "me", "why", "2026-12-31")
    quarantine = Quarantine((entry,) * 10)
    gate = Gate((*BASIC_OBJECTIVES, *demanded(demands, quarantine)), demands)
    return judge_stage(
        Stage("unit", ("unit",), gate=gate, quarantine=quarantine), run, today="2026-01-01"
    )


def main(tests: int) -> None:
    """Do the work and print what it cost: seconds, and bytes at the peak."""
    benchmark = Benchmark(tests)
    pytest.main(["-p", "no:terminal", "-p", "no:cacheprovider", "-c", "/dev/null"], [benchmark])
    gc.collect()
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(json.dumps({"tests": tests, **benchmark.costs, "peak_bytes": peak_bytes}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
