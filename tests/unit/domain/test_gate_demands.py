"""Demands on tests, as measures and objectives."""

from __future__ import annotations

from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.evidence import policy_digest
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.gate_demands import demanded
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate
from pytest_pipeline.domain.quarantine import Quarantine, QuarantineEntry, recovery_remarks
from pytest_pipeline.domain.stage_results import StageResult, judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.domain.verdicts import Verdict

PASSED, FAILED, SKIPPED = TestOutcome.PASSED, TestOutcome.FAILED, TestOutcome.SKIPPED


def record(nodeid: str, *outcomes: TestOutcome, reason: str = "", failure: str = "") -> TestRecord:
    attempts = tuple(TestAttempt(each, 0.1, reason, failure) for each in outcomes)
    return TestRecord(nodeid, "unit", attempts)


def run_of(
    *records: TestRecord,
    deselected: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    skipped_modules: dict[str, str] | None = None,
) -> StageRun:
    outcomes = {each.nodeid: each.outcome for each in records if each.outcome is not None}
    tally = Tally(
        outcomes,
        len(records),
        records=records,
        deselected=len(deselected),
        skipped_modules=skipped_modules or {},
    )
    return StageRun(tally, {}, missing=missing, details={"tests.deselected": deselected})


def judged(
    run: StageRun, demands: Demands | None = None, quarantine: Quarantine | None = None
) -> StageResult:
    demands = demands or Demands()
    gate = Gate((*BASIC_OBJECTIVES, *demanded(demands, quarantine)), demands)
    stage = Stage("unit", ("unit",), gate=gate, quarantine=quarantine)
    return judge_stage(stage, run, today="2026-11-23")


def test_a_required_test_has_to_run_and_pass() -> None:
    run = run_of(
        record("t.py::test_a", PASSED),
        record("t.py::test_b[1]", SKIPPED),
        record("t.py::test_b[2]", TestOutcome.XFAILED),
        record("t.py::test_c", FAILED),
        deselected=("t.py::test_d",),
        missing=("t.py::test_e",),
    )
    demands = Demands(("t.py", "t.py::test_a", "t.py::test_b", "nowhere.py"))

    result = judged(run, demands)

    assert result.measurements["tests.required_missing"] == 6
    assert result.run.details["tests.required_missing"] == (
        "nowhere.py (no such test)",
        "t.py::test_b[1] (skipped)",
        "t.py::test_b[2] (xfailed)",
        "t.py::test_c (failed)",
        "t.py::test_d (deselected)",
        "t.py::test_e (not run)",
    )
    assert result.reasons[-1].endswith("t.py::test_d (deselected) and 1 more")


def test_required_tests_that_pass_are_all_right() -> None:
    result = judged(run_of(record("t.py::test_a", PASSED)), Demands(("t.py",)))

    assert result.verdict is Verdict.PASS
    assert result.measurements["tests.required_missing"] == 0


def test_a_required_test_fails_a_gate_whose_other_tests_pass() -> None:
    result = judged(
        run_of(record("t.py::test_a", PASSED), record("t.py::test_b", SKIPPED)),
        Demands(("t.py::test_b",)),
    )

    assert result.exit_code is ExitCode.GATE_FAILED


def test_a_skip_for_another_reason_than_the_listed_ones_fails() -> None:
    run = run_of(
        record("a", PASSED),
        record("b", SKIPPED, reason="needs Linux"),
        record("c", SKIPPED, reason="flaky"),
        record("d", SKIPPED),
        skipped_modules={"m.py": "could not import 'x'", "n.py": "needs Docker"},
    )

    result = judged(run, Demands(skip_reasons=("needs *",)))

    assert result.run.details["tests.unlisted_skips"] == (
        "c (flaky)",
        "d (no reason)",
        "m.py (could not import 'x')",
    )
    assert result.verdict is Verdict.FAIL


def test_any_reason_is_allowed_unless_reasons_are_listed() -> None:
    run = run_of(record("a", PASSED), record("b", SKIPPED, reason="x"))

    assert judged(run).verdict is Verdict.PASS
    assert judged(run, Demands(skip_reasons=())).verdict is Verdict.FAIL


def test_a_flaky_test_warns_and_its_first_failure_is_shown() -> None:
    failure = "def test_b():\n>   assert 0\nE   assert 0\nt.py:3: AssertionError"
    run = run_of(record("a", PASSED), record("b", FAILED, PASSED, failure=failure))

    result = judged(run)

    assert result.verdict is Verdict.WARN
    assert result.measurements["tests.flaky"] == result.measurements["tests.retried"] == 1
    assert result.reasons == ("tests.flaky: 1 misses == 0: b (first: assert 0)",)


def test_a_test_that_fails_each_time_is_retried_and_not_flaky() -> None:
    result = judged(run_of(record("a", PASSED), record("b", FAILED, FAILED)))

    assert (result.measurements["tests.flaky"], result.measurements["tests.retried"]) == (0, 1)
    assert result.verdict is Verdict.FAIL


def entry(pattern: str, expires: str = "2026-11-23") -> QuarantineEntry:
    return QuarantineEntry(pattern, "payments", "ticket 7", expires, "quarantine.toml:1")


def test_a_quarantined_failure_warns() -> None:
    run = run_of(record("a", PASSED), record("b", FAILED))

    result = judged(run, quarantine=Quarantine((entry("b"),)))

    assert (result.verdict, result.exit_code) == (Verdict.WARN, ExitCode.OK)
    assert result.measurements["tests.failed"] == 0
    assert result.tests["failed"] == 0
    assert result.reasons == (
        "tests.quarantined: 1 misses == 0: b (payments, until 2026-11-23: ticket 7)",
    )
    assert [each.quarantined for each in result.run.tally.records] == [False, True]


def test_quarantined_failures_alone_say_nothing() -> None:
    result = judged(run_of(record("b", FAILED)), quarantine=Quarantine((entry("b"),)))

    assert result.verdict is Verdict.INCONCLUSIVE


def test_a_quarantined_flaky_test_does_not_count_as_flaky() -> None:
    run = run_of(record("a", PASSED), record("b", FAILED, PASSED))

    result = judged(run, quarantine=Quarantine((entry("b"),)))

    assert result.verdict is Verdict.PASS


def test_an_entry_whose_last_day_is_over_excuses_nothing_and_fails() -> None:
    quarantine = Quarantine((entry("b", "2026-11-22"),))

    failing = judged(run_of(record("a", PASSED), record("b", FAILED)), quarantine=quarantine)
    passing = judged(run_of(record("b", PASSED)), quarantine=quarantine)
    elsewhere = judged(run_of(record("a", PASSED)), quarantine=quarantine)

    assert failing.exit_code is ExitCode.TESTS_FAILED
    assert passing.exit_code is ExitCode.GATE_FAILED
    assert "b (quarantine.toml:1, of payments, until 2026-11-22)" in passing.reasons[0]
    assert elsewhere.verdict is Verdict.PASS


def test_more_entries_than_allowed_fail() -> None:
    quarantine = Quarantine((entry("x"), entry("y")), max_entries=1)

    result = judged(run_of(record("a", PASSED)), quarantine=quarantine)

    assert result.exit_code is ExitCode.GATE_FAILED
    assert result.reasons == ("quarantine.entries: 2, wanted <= 1",)


def test_a_required_test_cannot_be_excused() -> None:
    run = run_of(record("a", PASSED), record("b", FAILED))

    result = judged(run, Demands(("b",)), Quarantine((entry("b"),)))

    assert result.verdict is Verdict.FAIL


def test_an_entry_that_names_no_test_is_known() -> None:
    quarantine = Quarantine((entry("a"), entry("b")))

    assert quarantine.unused(frozenset({"a", "c"})) == (quarantine.entries[1],)


def test_what_is_demanded_of_tests_is_part_of_the_policy() -> None:
    digests = {
        policy_digest(Gate(BASIC_OBJECTIVES, demands))
        for demands in (
            Demands(),
            Demands(("a",)),
            Demands(skip_reasons=()),
            Demands(skip_reasons=("*",)),
            Demands(retries=1),
        )
    }

    assert len(digests) == 5


def test_an_entry_whose_last_day_is_too_far_ahead_excuses_nothing() -> None:
    run = run_of(record("a", PASSED), record("b", FAILED))

    longest = judged(run, quarantine=Quarantine((entry("b", "2027-11-24"),)))
    too_far = judged(run, quarantine=Quarantine((entry("b", "2027-11-25"),)))

    assert longest.verdict is Verdict.WARN
    assert too_far.exit_code is ExitCode.TESTS_FAILED
    assert too_far.reasons[1] == (
        "quarantine.expired: 1, wanted == 0: b (quarantine.toml:1, of payments, until 2027-11-25, "
        "more than 366 days ahead)"
    )


def test_more_excused_failures_than_the_cap_fail() -> None:
    run = run_of(record("a", PASSED), *(record(f"t.py::test_{n}", FAILED) for n in range(3)))

    within = judged(run, quarantine=Quarantine((entry("t.py"),), max_tests=3))
    beyond = judged(run, quarantine=Quarantine((entry("t.py"),), max_tests=2))

    assert within.verdict is Verdict.WARN
    assert beyond.exit_code is ExitCode.GATE_FAILED
    assert beyond.reasons[0].startswith("tests.quarantined: 3, wanted == 0")


def test_quarantined_tests_that_pass_are_said_in_one_line() -> None:
    one = judged(run_of(record("t.py::test_0", PASSED)), quarantine=Quarantine((entry("t.py"),)))
    run = run_of(*(record(f"t.py::test_{n}", PASSED) for n in range(9)))
    many = judged(run, quarantine=Quarantine((entry("t.py"),)))

    some = ", ".join(f"t.py::test_{n}" for n in range(5)) + " and 4 more"
    then = "out of the quarantine when that is so for good"
    assert recovery_remarks(one.run) == (f"t.py::test_0 is quarantined and passes: take it {then}",)
    assert recovery_remarks(many.run) == (f"{some} pass in quarantine: take them {then}",)
    assert recovery_remarks(run) == ()
