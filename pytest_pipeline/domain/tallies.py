"""The tally of a stage: what every collected test came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.spoiling import Spoilt
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestRecord

#: Outcomes of tests that ran and say something: a failure that was expected does not.
EXECUTED = (TestOutcome.PASSED, TestOutcome.FAILED, TestOutcome.XPASSED)


@dataclass(frozen=True)
class Tally:
    """What the tests of a stage came to.

    Attributes:
        outcomes: Node id to outcome, of every test that was reported.
        collected: Tests that were collected for the stage; count.
        broken_modules: Modules or folders that could not be collected; count.
        duration_s: Sum of the durations of set-up, call and tear-down, seconds.
        records: Every test with its attempts, in the order of their first reports.
        deselected: Tests that were collected and left out of the stage; count.
    """

    outcomes: Mapping[str, TestOutcome]
    collected: int
    broken_modules: int = 0
    duration_s: float = 0.0
    records: tuple[TestRecord, ...] = ()
    deselected: int = 0

    def count(self, *outcomes: TestOutcome) -> int:
        """Return how many tests came to one of the outcomes."""
        return sum(outcome in outcomes for outcome in self.outcomes.values())

    def measurements(self) -> dict[str, float]:
        """Return the ``tests.…`` measures (see `measures`)."""
        errors = self.count(TestOutcome.ERROR) + self.broken_modules
        return {
            "tests.collected": self.collected,
            "tests.executed": self.count(*EXECUTED),
            "tests.passed": self.count(TestOutcome.PASSED),
            "tests.failed": self.count(TestOutcome.FAILED) + errors,
            "tests.errors": errors,
            "tests.skipped": self.count(TestOutcome.SKIPPED),
            "tests.xfailed": self.count(TestOutcome.XFAILED),
            "tests.duration_s": self.duration_s,
        }


@dataclass(frozen=True)
class StageRun:
    """What running the tests of a stage brought to light.

    Attributes:
        tally: What every test came to.
        measurements: Measures beside ``tests.…``: coverage, load, the user's own.
        problems: Why the run cannot be trusted, in words ("died of SIGKILL while running …"); any
            makes the verdict ERROR.
        narrowed: Why the run covers less than the whole stage ("-k"); any means no evidence.
        left_out: Tests that nobody asked to leave out and that yet were, in words; any means that
            nothing is known of the whole: INCONCLUSIVE.
        interrupted: Whether Ctrl-C ended it.
        exit_status: What pytest made of it, 0-5; None when it never said.
        duration_s: Wall time, seconds.
        load_s: Of this spent in load tests, seconds.
        details: What a measure's figure is about, by measure, in words: names of tests, say.
        spoilt: Figures that the gate self-test puts in the place of measured ones; None for none.
    """

    tally: Tally
    measurements: Mapping[str, float]
    problems: tuple[str, ...] = ()
    narrowed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    interrupted: bool = False
    exit_status: int | None = None
    duration_s: float = 0.0
    load_s: float = 0.0
    details: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spoilt: Spoilt | None = None
