"""Which tests evidence names as passed, passed with a doubt, and failed."""

from __future__ import annotations

from pytest_pipeline.domain.names_in_evidence import named_tests
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord


def record(nodeid: str, *outcomes: TestOutcome, quarantined: bool = False) -> TestRecord:
    attempts = tuple(TestAttempt(each) for each in outcomes)
    return TestRecord(nodeid, "unit", attempts, quarantined=quarantined)


def run_of(*records: TestRecord, broken: tuple[TestRecord, ...] = ()) -> StageRun:
    outcomes = {each.nodeid: each.outcome for each in records if each.outcome is not None}
    return StageRun(Tally(outcomes, len(records), records=records), {}, broken=broken)


def test_each_test_that_says_something_is_in_one_list() -> None:
    passed, failed = TestOutcome.PASSED, TestOutcome.FAILED
    found = named_tests(
        run_of(
            record("z", passed),
            record("better", TestOutcome.XPASSED),
            record("a", passed),
            record("flaky", failed, passed),
            record("excused", failed, quarantined=True),
            record("well-again", passed, quarantined=True),
            record("red", passed, failed),
            record("error", TestOutcome.ERROR),
            record("skipped", TestOutcome.SKIPPED),
            record("expected", TestOutcome.XFAILED),
            record("never"),
            broken=(record("broken.py", TestOutcome.ERROR),),
        )
    )

    assert found.passed == ("a", "better", "well-again", "z")
    assert found.warned == ("excused", "flaky")
    assert found.failed == ("broken.py", "error", "red")


def test_outcomes_without_records_are_named_too() -> None:
    tally = Tally({"b": TestOutcome.PASSED, "a": TestOutcome.FAILED}, 2)
    found = named_tests(StageRun(tally, {}))

    assert (found.passed, found.warned, found.failed) == (("b",), (), ("a",))
