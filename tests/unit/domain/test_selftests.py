"""Which injections a stage can suffer, and what counts as blocked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.injections import (
    INJECTIONS,
    Injection,
    StageFacts,
    needs_real_tests,
    plan_injections,
)
from pytest_pipeline.domain.selftests import Blocked, SelfTest, SessionEnd, judge_injection
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.verdicts import Verdict

BARE = Stage("unit", ("unit",))
FAILED = SessionEnd(
    1, Verdict.FAIL, "tests.failed: 1", promotes=False, injected=True, duration_s=1.0
)
INJECTION = Injection("failing-test")


def stage_with(measure: str, criterion: str) -> Stage:
    objective = Objective(measure, (parse_criterion(criterion),))
    return Stage("unit", ("unit",), gate=Gate((*BASIC_OBJECTIVES, objective)))


def reasons(stage: Stage, facts: StageFacts) -> dict[str, str]:
    return {
        each.injection.name: each.not_applicable
        for each in plan_injections(stage, facts)
        if each.not_applicable
    }


def test_every_injection_is_planned_or_told_why_not() -> None:
    planned = [each.injection.name for each in plan_injections(BARE, StageFacts({}))]

    assert planned == list(INJECTIONS)
    assert reasons(BARE, StageFacts({})) == {
        "worker-killed": "pytest-xdist is not installed",
        "generator-dead": "the stage has no load test",
        "zero-requests": "the stage has no load test",
        "coverage-missing": "the stage has no objective on coverage",
        "baseline-missing": "no objective depends on a comparison with a baseline",
        "objective-violated": "the stage has no objective of its own",
        "objective-missing": "the stage has no objective of its own",
    }


def test_what_a_stage_has_can_be_taken_from_it() -> None:
    facts = StageFacts({}, load_tests=1, xdist=True, coverage=True)

    assert set(reasons(stage_with("coverage.percent", ">= 80"), facts)) == {"baseline-missing"}
    assert set(reasons(stage_with("load.p95_ms", "<= +10%"), facts)) == {"coverage-missing"}


def test_a_count_of_tests_cannot_be_missing() -> None:
    found = reasons(stage_with("tests.skipped", "== 0"), StageFacts({}, xdist=True))

    assert found["objective-missing"] == "is counted in every run"


def test_a_stage_in_quarantine_has_no_test_to_go_wrong() -> None:
    found = reasons(BARE, StageFacts({}, tests=0, xdist=True))

    assert {name for name, reason in found.items() if "quarantine" in reason} == {
        *("failing-test", "erroring-fixture", "os-exit", "pytest-exit", "session-stopped"),
        *("timeout", "worker-killed"),
    }


@pytest.mark.parametrize(
    ("measure", "needed"),
    [
        ("tests.duration_s", False),
        ("quarantine.entries", False),
        ("load.p95_ms", False),
        ("coverage.percent", True),
    ],
)
def test_figures_that_no_report_carries_need_the_real_tests(measure: str, *, needed: bool) -> None:
    assert needs_real_tests(stage_with(measure, "> 1")) is needed


@pytest.mark.parametrize(
    ("end", "blocked"),
    [
        pytest.param(FAILED, Blocked.YES, id="failed"),
        pytest.param(replace(FAILED, exit_code=26, verdict=None), Blocked.YES, id="no-verdict"),
        pytest.param(replace(FAILED, exit_code=0), Blocked.NO, id="exit-code-0"),
        pytest.param(replace(FAILED, verdict=Verdict.WARN), Blocked.NO, id="warn"),
        pytest.param(replace(FAILED, promotes=True), Blocked.NO, id="evidence"),
        pytest.param(replace(FAILED, injected=False), Blocked.NOT_SHOWN, id="not-injected"),
        pytest.param(replace(FAILED, exit_code=22), Blocked.NOT_SHOWN, id="refused"),
        pytest.param(replace(FAILED, exit_code=4), Blocked.NOT_SHOWN, id="asked-wrongly"),
        pytest.param(replace(FAILED, exit_code=None), Blocked.NOT_SHOWN, id="hangs"),
    ],
)
def test_only_a_judged_refusal_counts_as_blocked(end: SessionEnd, blocked: Blocked) -> None:
    assert judge_injection("unit", INJECTION, end).blocked is blocked


def test_a_refusal_for_another_reason_shows_nothing() -> None:
    injection = Injection("objective-missing", wanted=Verdict.INCONCLUSIVE)

    row = judge_injection("unit", injection, FAILED)

    assert row.blocked is Blocked.NOT_SHOWN
    assert row.reason == "FAIL where INCONCLUSIVE was wanted: tests.failed: 1"


def test_the_exit_code_is_0_only_when_all_was_blocked() -> None:
    yes = judge_injection("unit", INJECTION, FAILED)
    no = judge_injection("unit", INJECTION, replace(FAILED, exit_code=0))
    unknown = judge_injection("unit", INJECTION, replace(FAILED, injected=False))
    none = replace(yes, blocked=Blocked.NOT_APPLICABLE)

    assert SelfTest((yes, none)).exit_code is ExitCode.OK
    assert SelfTest((yes, no, unknown)).exit_code is ExitCode.GATE_FAILED
    assert SelfTest((yes, unknown)).exit_code is ExitCode.INCONCLUSIVE
    assert SelfTest((none,)).exit_code is ExitCode.INCONCLUSIVE
    assert SelfTest((yes,), (("e2e", "is not green"),)).exit_code is ExitCode.INCONCLUSIVE
    assert str(SelfTest((yes, none))) == ("1 of 1 injections blocked in 1 stage, 1 not applicable")
