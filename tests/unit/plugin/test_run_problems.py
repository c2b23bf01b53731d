"""What cannot be trusted although no test failed."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_pipeline.plugin.run_problems import lost_tests, unexplained_status
from pytest_pipeline.plugin.run_record import RunRecord


def record_of(*outcomes: str, collected: int = 2, broken: bool = False) -> RunRecord:
    record = RunRecord()
    record.expect(f"t{number}" for number in range(collected))
    for number, outcome in enumerate(outcomes):
        for when in ("setup", "call", "teardown"):
            told: Any = {"outcome": outcome if when == "call" else "passed", "when": when}
            record.add(pytest.TestReport(f"t{number}", ("t.py", 0, "t"), {}, longrepr=None, **told))
    if broken:
        record.add_collection(pytest.CollectReport("t.py", "failed", "no module", []))
    return record


def test_a_test_that_was_never_heard_of_again_is_a_problem() -> None:
    (problem,) = lost_tests(record_of("passed"), stopped="")

    assert "1 of 2 collected tests" in problem
    assert "t1" in problem


@pytest.mark.parametrize(
    ("record", "stopped", "running"),
    [
        pytest.param(record_of("passed", "passed"), "", (), id="none-is-lost"),
        pytest.param(record_of("passed"), "stopping after 1 failures", (), id="stopped"),
        pytest.param(record_of("passed"), "", ("t1",), id="known-to-have-been-running"),
        pytest.param(record_of(broken=True), "", (), id="pytest-runs-nothing-then"),
    ],
)
def test_what_explains_itself_is_no_problem(
    record: RunRecord, stopped: str, running: tuple[str, ...]
) -> None:
    assert lost_tests(record, stopped=stopped, running=running) == []


@pytest.mark.parametrize("status", [1, 2, 3, 77])
def test_pytest_is_not_content_though_no_test_failed(status: int) -> None:
    (problem,) = unexplained_status(record_of("passed", "passed"), status=status, stopped="enough")

    assert f"exit status {status} though no test failed: enough" in problem


@pytest.mark.parametrize(
    ("record", "status"),
    [
        pytest.param(record_of("passed", "passed"), 0, id="all-passed"),
        pytest.param(record_of(collected=0), 5, id="none-collected"),
        pytest.param(record_of("failed", "passed"), 1, id="one-failed"),
        pytest.param(record_of(broken=True), 2, id="one-module-is-broken"),
        pytest.param(record_of("passed"), None, id="it-never-said"),
    ],
)
def test_a_status_that_the_tests_explain_is_no_problem(
    record: RunRecord, status: int | None
) -> None:
    assert unexplained_status(record, status=status, stopped="") == []
