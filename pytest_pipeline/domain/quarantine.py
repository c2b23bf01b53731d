"""The quarantine: tests whose failures are known, owned and excused until a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from pytest_pipeline.domain.naming_some import some_of
from pytest_pipeline.domain.patterns_of_tests import names_test, naming
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.test_records import FAILURES, TestRecord

#: The most that the last day of an entry may lie ahead, days: an excuse for good is none.
MOST_DAYS_AHEAD = 366


@dataclass(frozen=True)
class QuarantineEntry:
    """Tests whose failures are excused.

    Attributes:
        pattern: Names the tests (see `patterns_of_tests`).
        owner: Who mends them.
        reason: Why they fail.
        expires: Last day on which they are excused, ISO 8601: ``2026-12-31``.
        place: Where it is written, ``quarantine.toml:3``.
    """

    pattern: str
    owner: str
    reason: str
    expires: str
    place: str = ""

    def expired(self, today: str) -> bool:
        """Return whether it excuses nothing: its last day is over, or too far ahead.

        Args:
            today: The day, ISO 8601; empty for none, when nothing is expired.
        """
        return bool(today) and (self.expires < today or self.too_far(today))

    def too_far(self, today: str) -> bool:
        """Return whether its last day lies more than `MOST_DAYS_AHEAD` after a day."""
        ahead = date.fromisoformat(self.expires) - date.fromisoformat(today)
        return ahead.days > MOST_DAYS_AHEAD


@dataclass(frozen=True)
class Quarantine:
    """The quarantine of a service.

    Attributes:
        entries: Its entries, in the order of the file.
        max_entries: The most that it may hold; count, >= 0.
        max_tests: The most failures that it may excuse in a stage; count, >= 0.
    """

    entries: tuple[QuarantineEntry, ...] = ()
    max_entries: int = 10
    max_tests: int = 20

    @property
    def excused(self) -> tuple[tuple[str, str], ...]:
        """Pattern and last day of each entry: what a gate that knows it admits."""
        return tuple((entry.pattern, entry.expires) for entry in self.entries)

    def over_since(self, judged: str, today: str) -> tuple[QuarantineEntry, ...]:
        """Return the entries that may have excused failures on one day and do not today.

        Args:
            judged: The day on which a gate was judged, ISO 8601.
            today: Today, ISO 8601.
        """
        return tuple(entry for entry in self.entries if judged <= entry.expires < today)

    def unused(self, nodeids: frozenset[str]) -> tuple[QuarantineEntry, ...]:
        """Return the entries that name none of the tests."""
        return tuple(
            entry for entry in self.entries if not any(map(naming(entry.pattern), nodeids))
        )


def quarantined(run: StageRun, quarantine: Quarantine, today: str) -> StageRun:
    """Return the run with its quarantined tests marked, and what is to be said of them.

    Failures of marked tests do not count among ``tests.failed``. An entry that expired, or whose
    last day is too far ahead, marks nothing, and is counted when it names a test of the stage.

    Args:
        run: The run.
        quarantine: The quarantine.
        today: The day, ISO 8601.
    """
    valid = [entry for entry in quarantine.entries if not entry.expired(today)]
    is_excused = naming(*(entry.pattern for entry in valid))
    records = tuple(
        replace(record, quarantined=True) if is_excused(record.nodeid) else record
        for record in run.tally.records
    )
    expired = tuple(
        f"{entry.pattern} ({entry.place}, of {entry.owner}, until {entry.expires}"
        f"{_too_far(entry, today)})"
        for entry in quarantine.entries
        if entry.expired(today) and _names_any(entry, records)
    )
    failures = [each for each in records if each.quarantined and each.outcome in FAILURES]
    measurements = {
        **run.measurements,
        "quarantine.entries": len(quarantine.entries),
        "quarantine.expired": len(expired),
    }
    details = {
        **run.details,
        "quarantine.expired": expired,
        "tests.quarantined": tuple(sorted(_excused(each, valid) for each in failures)),
    }
    tally = replace(run.tally, records=records)
    return replace(run, tally=tally, measurements=measurements, details=details)


def recovered(run: StageRun) -> tuple[str, ...]:
    """Return the ids of quarantined tests that passed at their first attempt."""
    return tuple(
        each.nodeid
        for each in run.tally.records
        if each.quarantined and each.outcome is not None and each.outcome.passes and not each.flaky
    )


def recovery_remarks(run: StageRun) -> tuple[str, ...]:
    """Return what is to be said of quarantined tests that pass; one line, however many."""
    names = recovered(run)
    if not names:
        return ()
    alone = len(names) == 1
    what = "is quarantined and passes: take it" if alone else "pass in quarantine: take them"
    return (f"{some_of(names)} {what} out of the quarantine when that is so for good",)


def _too_far(entry: QuarantineEntry, today: str) -> str:
    far = entry.too_far(today)
    return f", more than {MOST_DAYS_AHEAD} days ahead" if far else ""


def _names_any(entry: QuarantineEntry, records: tuple[TestRecord, ...]) -> bool:
    names = naming(entry.pattern)
    return any(names(record.nodeid) for record in records)


def _excused(record: TestRecord, entries: list[QuarantineEntry]) -> str:
    entry = next(each for each in entries if names_test(each.pattern, record.nodeid))
    return f"{record.nodeid} ({entry.owner}, until {entry.expires}: {entry.reason})"
