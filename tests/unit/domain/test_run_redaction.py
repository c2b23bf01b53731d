"""Runs without secrets: what is kept of a stage holds none."""

from __future__ import annotations

from pytest_pipeline.domain.redaction import Redactor
from pytest_pipeline.domain.run_redaction import redacted_run
from pytest_pipeline.domain.stage_reports import report_text
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord

HIDDEN = "tell-nobody"
REDACTOR = Redactor((HIDDEN,))
OUTCOMES = (TestOutcome.FAILED, TestOutcome.PASSED)


def test_no_text_of_a_run_holds_a_secret() -> None:
    nodeid = f"t[{HIDDEN}]"
    attempt = TestAttempt(TestOutcome.FAILED, 0.1, HIDDEN, f"assert {HIDDEN}")
    record = TestRecord(nodeid, "unit", (attempt,))
    run = StageRun(
        Tally({nodeid: TestOutcome.FAILED}, 1, records=(record,), skipped_modules={"m": HIDDEN}),
        {},
        problems=(f"died of {HIDDEN}",),
        left_out=(HIDDEN,),
        stopped=HIDDEN,
        missing=(HIDDEN,),
        details={"tests.failed": (HIDDEN,)},
        broken=(TestRecord("m.py", "", (attempt,)),),
    )
    kept = redacted_run(run, REDACTOR)

    assert HIDDEN not in report_text("unit", kept)
    assert kept.tally.records[0].attempts[0].failure == "assert ***"
    assert kept.tally.outcomes == {"t[***]": TestOutcome.FAILED}


def test_tests_that_differ_in_a_secret_alone_keep_their_outcomes() -> None:
    ids = {f"t[password={name}]": outcome for name, outcome in zip("ab", OUTCOMES, strict=True)}
    records = tuple(
        TestRecord(nodeid, "unit", (TestAttempt(each, 0.1),)) for nodeid, each in ids.items()
    )
    run = StageRun(Tally(ids, 3, records=records), {}, missing=("t[password=c]",))

    kept, marked = redacted_run(run, REDACTOR), redacted_run(run, REDACTOR, " (2/5)")

    assert kept.tally.outcomes == dict(
        zip(("t[password=***", "t[password=*** #2"), OUTCOMES, strict=True)
    )
    assert [each.nodeid for each in kept.tally.records] == list(kept.tally.outcomes)
    assert kept.missing == ("t[password=*** #3",)
    assert list(marked.tally.outcomes) == ["t[password=*** (2/5)", "t[password=*** (2/5) #2"]


def test_a_run_without_secrets_stays_as_it_is() -> None:
    record = TestRecord("t", "unit", (TestAttempt(TestOutcome.PASSED, 0.1),), "gw0")
    run = StageRun(
        Tally({"t": TestOutcome.PASSED}, 1, records=(record,)), {"custom.rows": 1}, exit_status=0
    )

    assert redacted_run(run, REDACTOR) == run
