"""What the run of a stage comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.verdicts import Verdict

STAGE = Stage("unit", ("unit",), Gate(BASIC_OBJECTIVES))


def run_of(
    *outcomes: TestOutcome, problems: tuple[str, ...] = (), left_out: tuple[str, ...] = ()
) -> StageRun:
    tally = Tally({f"t{number}": each for number, each in enumerate(outcomes)}, len(outcomes))
    return StageRun(tally, {}, problems=problems, left_out=left_out)


@pytest.mark.parametrize(
    ("outcome", "verdict", "code"),
    [
        (TestOutcome.PASSED, Verdict.PASS, ExitCode.OK),
        (TestOutcome.XPASSED, Verdict.PASS, ExitCode.OK),
        (TestOutcome.FAILED, Verdict.FAIL, ExitCode.TESTS_FAILED),
        (TestOutcome.ERROR, Verdict.FAIL, ExitCode.TESTS_FAILED),
        (TestOutcome.SKIPPED, Verdict.INCONCLUSIVE, ExitCode.INCONCLUSIVE),
        (TestOutcome.XFAILED, Verdict.INCONCLUSIVE, ExitCode.INCONCLUSIVE),
    ],
)
def test_a_stage_of_one_test_is_what_its_test_says(
    outcome: TestOutcome, verdict: Verdict, code: ExitCode
) -> None:
    result = judge_stage(STAGE, run_of(outcome))

    assert (result.verdict, result.exit_code) == (verdict, code)


def test_tests_that_were_left_out_leave_nothing_known_of_the_whole() -> None:
    result = judge_stage(STAGE, run_of(TestOutcome.PASSED, left_out=("two were left out",)))

    assert result.exit_code is ExitCode.INCONCLUSIVE
    assert result.reasons == ("two were left out",)


def test_a_failure_weighs_more_than_tests_that_were_left_out() -> None:
    result = judge_stage(STAGE, run_of(TestOutcome.FAILED, left_out=("two were left out",)))

    assert result.exit_code is ExitCode.TESTS_FAILED


def test_a_run_that_cannot_be_trusted_is_an_error_whatever_passed() -> None:
    result = judge_stage(STAGE, run_of(TestOutcome.PASSED, problems=("it crashed",)))

    assert result.exit_code is ExitCode.ERROR
    assert result.reasons[0] == "it crashed"


def test_what_was_not_measured_says_why_where_that_is_known() -> None:
    gate = Gate((Objective("coverage.percent", (parse_criterion(">= 90"),)),))
    run = replace(run_of(TestOutcome.PASSED), details={"coverage.percent": ("no data", "at all")})

    (result,) = judge_stage(Stage("unit", ("unit",), gate=gate), run).objectives

    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.reason == "coverage.percent was not measured: no data, at all"


def test_a_run_that_ctrl_c_ended_is_not_known_whatever_passed() -> None:
    run = replace(
        StageRun(Tally({"a": TestOutcome.PASSED}, 2), {}), interrupted=True, missing=("b",)
    )

    result = judge_stage(STAGE, run)

    assert (result.verdict, result.exit_code) == (Verdict.INCONCLUSIVE, ExitCode.INTERRUPTED)
    assert result.reasons == ("stopped by Ctrl-C after 1 of 2 tests",)


def test_modules_that_were_skipped_whole_are_skips() -> None:
    tally = Tally({"a": TestOutcome.PASSED, "b": TestOutcome.SKIPPED}, 2)
    run = StageRun(replace(tally, skipped_modules={"t.py": "needs Docker"}), {})

    result = judge_stage(STAGE, run)

    assert (result.measurements["tests.skipped"], result.tests["skipped"]) == (2, 2)
