"""The tests of a stage that say most: failed, flaky, quarantined, skipped, slowest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.execution_reports import ReportedStage, failed
from pytest_pipeline.domain.failure_places import Place, headline, place_of
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestRecord

SLOWEST = 20
#: Failures shown with their texts, and the length of all texts of a page, characters.
FAILURES_SHOWN = 200
TEXTS_SHOWN = 1_500_000
#: Tests named below one reason, or in one list of flaky ones.
NAMED = 50


@dataclass(frozen=True)
class ShownTest:
    """A test with what its attempts said.

    Attributes:
        record: The test.
        place: Where it failed.
        headline: The line of its first failure that says most.
        texts: What each attempt said, in order; empty where there is no room any more.
    """

    record: TestRecord
    place: Place
    headline: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class SkipReason:
    """A reason why tests were skipped, or are expected to fail.

    Attributes:
        reason: The reason; empty when none was given.
        outcome: ``skipped`` or ``xfailed``.
        nodeids: The first of the tests.
        count: How many there are.
    """

    reason: str
    outcome: TestOutcome
    nodeids: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class TestDigest:
    """The tests of a stage that say most.

    Attributes:
        failed: Those that failed, in order.
        more_failed: Of these not shown with their texts; count.
        flaky: Those whose attempts were not equal.
        more_flaky: Of these not shown; count.
        quarantined: Those that failed in quarantine.
        skips: Why tests were skipped, the most frequent reason first.
        slowest: At most ``SLOWEST``, the slowest first.
    """

    __test__ = False  # a value, whatever its name makes pytest think

    failed: tuple[ShownTest, ...]
    more_failed: int
    flaky: tuple[ShownTest, ...]
    more_flaky: int
    quarantined: tuple[ShownTest, ...]
    skips: tuple[SkipReason, ...]
    slowest: tuple[TestRecord, ...]


@dataclass
class Room:
    """How much of texts a page still takes.

    Attributes:
        characters: Characters that are left.
        failures: Failures that are left.
    """

    characters: int = TEXTS_SHOWN
    failures: int = FAILURES_SHOWN

    def take(self, records: Sequence[TestRecord], folder: str) -> Iterator[ShownTest]:
        """Yield tests with their texts until there is no room any more."""
        for record in records:
            if self.failures <= 0:
                return
            texts = tuple(each.failure for each in record.attempts)
            needed = sum(map(len, texts))
            fits = needed <= self.characters
            self.failures -= 1
            self.characters -= needed if fits else 0
            first = record.first_failure
            yield ShownTest(
                record,
                place_of(record, folder=folder),
                headline(first.failure) if first else "",
                texts if fits else (),
            )


def digest(stage: ReportedStage, room: Room, *, folder: str) -> TestDigest:
    """Return the tests of a stage that say most.

    Args:
        stage: The stage.
        room: What the page still takes; used up.
        folder: See `ExecutionReport`.
    """
    bad = [each for each in stage.records if failed(each)]
    flaky = [each for each in stage.records if each.flaky and not failed(each)]
    held = [each for each in stage.records if each.quarantined and each.first_failure]
    shown = tuple(room.take(bad, folder))
    shown_flaky = tuple(room.take(flaky[:NAMED], folder))
    slowest = sorted(stage.records, key=lambda each: -each.duration_s)[:SLOWEST]
    return TestDigest(
        failed=shown,
        more_failed=len(bad) - len(shown),
        flaky=shown_flaky,
        more_flaky=len(flaky) - len(shown_flaky),
        quarantined=tuple(room.take([each for each in held if each not in flaky], folder)),
        skips=_skips(stage.records),
        slowest=tuple(each for each in slowest if each.duration_s > 0),
    )


def _skips(records: Sequence[TestRecord]) -> tuple[SkipReason, ...]:
    found: dict[tuple[TestOutcome, str], list[str]] = defaultdict(list)
    for each in records:
        if each.outcome in (TestOutcome.SKIPPED, TestOutcome.XFAILED):
            found[each.outcome, each.attempts[-1].reason].append(each.nodeid)
    groups = [
        SkipReason(reason, outcome, tuple(nodeids[:NAMED]), len(nodeids))
        for (outcome, reason), nodeids in found.items()
    ]
    return tuple(sorted(groups, key=lambda each: -each.count))
