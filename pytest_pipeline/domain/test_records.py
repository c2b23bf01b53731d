"""What is known of every test of a stage: its attempts, and what each came to."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.test_outcomes import TestOutcome


@dataclass(frozen=True, slots=True)
class TestAttempt:
    """One attempt at a test: its set-up, call and tear-down.

    Attributes:
        outcome: What it came to.
        duration_s: Of the three phases together, seconds, >= 0.
        reason: Why it was skipped or expected to fail; empty for none.
        failure: What a failure said, shortened to its last 8,000 characters; empty for none.
    """

    __test__ = False  # a value, whatever its name makes pytest think

    outcome: TestOutcome
    duration_s: float = 0.0
    reason: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class TestRecord:
    """One test of a stage.

    Attributes:
        nodeid: Its node id.
        layer: Its layer; empty when nobody could tell.
        attempts: Every attempt that was reported, in order; more than one where it was retried.
        worker: Identifier of the pytest-xdist worker that ran the last one; empty for none.
        quarantined: Whether the quarantine held it when it was judged.
    """

    __test__ = False

    nodeid: str
    layer: str
    attempts: tuple[TestAttempt, ...]
    worker: str = ""
    quarantined: bool = False

    @property
    def outcome(self) -> TestOutcome | None:
        """What its last attempt came to; None when none was reported."""
        return self.attempts[-1].outcome if self.attempts else None

    @property
    def flaky(self) -> bool:
        """Whether it passed after an attempt that had failed, or the reverse."""
        seen = {each.outcome in FAILURES for each in self.attempts}
        return len(seen) > 1

    @property
    def first_failure(self) -> TestAttempt | None:
        """The first attempt that failed: what it said is what has to be explained."""
        return next((each for each in self.attempts if each.outcome in FAILURES), None)

    @property
    def duration_s(self) -> float:
        """Duration of all attempts, seconds."""
        return sum(each.duration_s for each in self.attempts)


#: Outcomes that say that something is wrong.
FAILURES = (TestOutcome.FAILED, TestOutcome.ERROR)
