"""An excused failure explains that a test failed, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.gate_demands import demanded
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate
from pytest_pipeline.domain.quarantine import Quarantine, QuarantineEntry
from pytest_pipeline.domain.stage_results import StageResult, judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.domain.verdicts import Verdict

PASSED, FAILED = TestOutcome.PASSED, TestOutcome.FAILED
KNOWN = Quarantine((QuarantineEntry("t.py::test_known", "me", "bug 7", "2026-12-31"),))


def judged(*, also: TestOutcome = PASSED, **ended: Any) -> StageResult:  # noqa: ANN401 - of any type
    """Judge a run of a quarantined failure and another test."""
    records = (
        TestRecord("t.py::test_known", "unit", (TestAttempt(FAILED),)),
        TestRecord("t.py::test_b", "unit", (TestAttempt(also),)),
    )
    outcomes = {"t.py::test_known": FAILED, "t.py::test_b": also}
    gate = Gate((*BASIC_OBJECTIVES, *demanded(Gate(()).demands, KNOWN)))
    stage = Stage("unit", ("unit",), gate=gate, quarantine=KNOWN)
    run = replace(StageRun(Tally(outcomes, 2, records=records), {}), **ended)
    return judge_stage(stage, run, today="2026-11-23")


def test_an_excused_failure_explains_that_a_test_failed() -> None:
    assert judged(exit_status=1).verdict is Verdict.WARN


@pytest.mark.parametrize("status", [2, 3, 4, 7, 9])
def test_it_explains_no_other_exit_status(status: int) -> None:
    result = judged(exit_status=status, stopped="enough", narrowed=("enough",))

    assert result.exit_code is ExitCode.ERROR
    assert f"exit status {status} though no test failed that is not quarantined" in str(
        result.reasons
    )


def test_it_explains_no_failure_that_no_test_reported() -> None:
    result = judged(exit_status=1, other_failures=1)

    assert result.exit_code is ExitCode.ERROR
    assert "--cov-fail-under" in result.reasons[0]


@pytest.mark.parametrize("status", [1, 2])  # pytest's own, and that of pytest-xdist
def test_what_comes_after_an_excused_failure_that_pytest_stopped_at_is_unknown(status: int) -> None:
    stopped = "stopping after 1 failures"
    result = judged(exit_status=status, stopped=stopped, gave_up=True, left_out=(stopped,))

    assert result.exit_code is ExitCode.INCONCLUSIVE
    assert result.reasons == (stopped,)


def test_a_failure_that_is_not_excused_explains_all_of_it() -> None:
    result = judged(also=FAILED, exit_status=2, stopped="enough", other_failures=1)

    assert (result.verdict, result.run.problems) == (Verdict.FAIL, ())
