"""The tally of a stage: what every collected test came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.measures import Measure
from pytest_pipeline.domain.spoiling import Spoilt
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import FAILURES, TestRecord

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
        skipped_modules: Modules that were skipped whole, with the reason; each counts as one skip.
    """

    outcomes: Mapping[str, TestOutcome]
    collected: int
    broken_modules: int = 0
    duration_s: float = 0.0
    records: tuple[TestRecord, ...] = ()
    deselected: int = 0
    skipped_modules: Mapping[str, str] = field(default_factory=dict)

    def count(self, *outcomes: TestOutcome) -> int:
        """Return how many tests came to one of the outcomes."""
        return sum(outcome in outcomes for outcome in self.outcomes.values())

    def measurements(self) -> dict[str, float]:
        """Return the ``tests.…`` measures (see `measures`)."""
        excused = self._excused()
        counted = Counter(self.outcomes.values())
        counted.subtract(Counter(excused))
        errors = counted[TestOutcome.ERROR] + self.broken_modules
        return {
            "tests.collected": self.collected,
            "tests.executed": sum(counted[each] for each in EXECUTED),
            "tests.passed": counted[TestOutcome.PASSED],
            "tests.failed": counted[TestOutcome.FAILED] + errors,
            "tests.errors": errors,
            "tests.skipped": counted[TestOutcome.SKIPPED] + len(self.skipped_modules),
            "tests.xfailed": counted[TestOutcome.XFAILED],
            "tests.xpassed": counted[TestOutcome.XPASSED],
            "tests.deselected": self.deselected,
            "tests.flaky": sum(each.flaky and not each.quarantined for each in self.records),
            "tests.retried": sum(len(each.attempts) > 1 for each in self.records),
            "tests.quarantined": len(excused),
            "tests.duration_s": self.duration_s,
        }

    def _excused(self) -> list[TestOutcome]:
        """Return the failures that do not count, because the quarantine holds their tests."""
        outcomes = (each.outcome for each in self.records if each.quarantined)
        return [each for each in outcomes if each is not None and each in FAILURES]


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
        stopped: Why pytest stopped before its last test; empty when it did not.
        gave_up: Whether it stopped at a failure, as it was asked to (``-x``).
        other_failures: Failures that pytest counts and no test reported; count.
        duration_s: Wall time, seconds.
        load_s: Of this spent in load tests, seconds.
        missing: Ids of tests that were collected and not reported to their end.
        loads: Load tests, in order: node id and result.
        broken: Modules and folders that could not be collected, with what they said.
        details: What a measure's figure is about, by measure, in words: names of tests, say.
        registered: Measures that plugins and tests described.
        spoilt: Figures that the gate self-test puts in the place of measured ones; None for none.
        beside: What its load was compared with side by side, without its address; None where
            nothing was to be.
    """

    tally: Tally
    measurements: Mapping[str, float]
    problems: tuple[str, ...] = ()
    narrowed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    interrupted: bool = False
    exit_status: int | None = None
    stopped: str = ""
    gave_up: bool = False
    other_failures: int = 0
    duration_s: float = 0.0
    load_s: float = 0.0
    missing: tuple[str, ...] = ()
    details: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    registered: tuple[Measure, ...] = ()
    loads: tuple[tuple[str, LoadResult], ...] = ()
    broken: tuple[TestRecord, ...] = ()
    spoilt: Spoilt | None = None
    beside: Beside | None = None
