"""The quarantine: tests whose failures are known, owned and excused until a day."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_pipeline.domain.patterns_of_tests import names_test, naming
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.test_records import FAILURES, TestRecord


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
        """Return whether its last day is over; ``today`` is a day in ISO 8601."""
        return self.expires < today


@dataclass(frozen=True)
class Quarantine:
    """The quarantine of a service.

    Attributes:
        entries: Its entries, in the order of the file.
        max_entries: The most that it may hold; count, >= 0.
    """

    entries: tuple[QuarantineEntry, ...] = ()
    max_entries: int = 10

    def unused(self, nodeids: frozenset[str]) -> tuple[QuarantineEntry, ...]:
        """Return the entries that name none of the tests."""
        return tuple(
            entry for entry in self.entries if not any(map(naming(entry.pattern), nodeids))
        )


def quarantined(run: StageRun, quarantine: Quarantine, today: str) -> StageRun:
    """Return the run with its quarantined tests marked, and what is to be said of them.

    Failures of marked tests do not count among ``tests.failed``. An entry that expired marks
    nothing, and is counted when it names a test of the stage.

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
        f"{entry.pattern} ({entry.place}, of {entry.owner}, until {entry.expires})"
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


def _names_any(entry: QuarantineEntry, records: tuple[TestRecord, ...]) -> bool:
    names = naming(entry.pattern)
    return any(names(record.nodeid) for record in records)


def _excused(record: TestRecord, entries: list[QuarantineEntry]) -> str:
    entry = next(each for each in entries if names_test(each.pattern, record.nodeid))
    return f"{record.nodeid} ({entry.owner}, until {entry.expires}: {entry.reason})"
