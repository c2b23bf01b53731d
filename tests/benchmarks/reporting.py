"""Keeps the evidence and the report of a stage of many tests; prints what that cost as JSON.

Times are those of the processor, so that a busy machine does not count.

Run as a process of its own, ``python -m tests.benchmarks.reporting 100000``: the peak of its memory
is that of this work alone.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pytest_pipeline import wiring
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate
from pytest_pipeline.domain.redaction import Redactor
from pytest_pipeline.domain.stage_reports import run_from
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.engine.evidence_writing import write_evidence
from pytest_pipeline.engine.execution import Execution, Interpreter
from pytest_pipeline.testing.silent_progress import SilentProgress
from tests.statements import MemorySigner

STAGE = Stage("unit", ("unit",), gate=Gate(BASIC_OBJECTIVES))
_FAILURE = "def test_it():\n>       assert 0\nE       assert 0\n" * 10
_SECRET = Redactor(("nobody-knows-this",))


def run_of(tests: int) -> StageRun:
    """Return the run of a stage; of a hundred tests, one is flaky."""
    records = tuple(_records(tests))
    outcomes = {each.nodeid: each.outcome for each in records if each.outcome is not None}
    return StageRun(Tally(outcomes, tests, records=records), {})


def _records(tests: int) -> Iterator[TestRecord]:
    passed, failed = TestOutcome.PASSED, TestOutcome.FAILED
    for number in range(tests):
        nodeid = f"tests/unit/orders/test_{number // 50}.py::TestPrices::test_a_price[{number}]"
        last = TestAttempt(passed, 0.001 + number * 1e-9)
        first = () if number % 100 else (TestAttempt(failed, 0.002, failure=_FAILURE),)
        yield TestRecord(nodeid, "unit", (*first, last), f"gw{number % 4}")


def main(tests: int) -> None:
    """Do the work and print what it cost: seconds, and bytes of files and at the peak."""
    run = run_of(tests)
    result = judge_stage(STAGE, run)
    costs: dict[str, float] = {"before_bytes": _peak()}
    with tempfile.TemporaryDirectory() as folder:
        with wiring.toolbox(Path(folder), SilentProgress(), signer=MemorySigner()) as tools:
            execution = Execution("e1", "stage", tools, 0.0, "", Interpreter("3", {}))
            execution.redactor = _SECRET
            execution.revision = tools.revise(tools.workspace.root)
            began_s = time.process_time()
            write_evidence(execution, STAGE, run, result, None)
            costs["write_s"] = time.process_time() - began_s
            began_s = time.process_time()
            (found,) = tools.evidence.every("unit")
            costs["read_evidence_s"] = time.process_time() - began_s
            began_s = time.process_time()
            report = tools.evidence.report(found.evidence.report or "") or ""
            again = run_from(report)
            costs["read_report_s"] = time.process_time() - began_s
            costs["same"] = judge_stage(STAGE, again) == result
        state = Path(folder) / ".pipeline"
        for kind in ("reports", "evidence"):
            costs[f"{kind}_bytes"] = sum(each.stat().st_size for each in state.glob(f"{kind}/**/*"))
    costs["peak_bytes"] = _peak()
    sys.stdout.write(json.dumps({"tests": tests, **costs}))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
