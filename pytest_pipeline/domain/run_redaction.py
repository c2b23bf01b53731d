"""Takes secrets out of the run of a stage, before it is kept; quick where there are many tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pytest_pipeline.domain.redaction import Redactor
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord


def redacted_run(run: StageRun, redactor: Redactor) -> StageRun:
    """Return a run whose texts hold no secrets; everything else of it is as it was."""
    tally = run.tally
    rest = redactor.value(replace(run, tally=replace(tally, outcomes={}, records=()), broken=()))
    kept = replace(
        rest.tally,
        outcomes={redactor.text(nodeid): outcome for nodeid, outcome in tally.outcomes.items()},
        records=_records(tally.records, redactor),
    )
    return replace(rest, tally=kept, broken=_records(run.broken, redactor))


def _records(records: Sequence[TestRecord], redactor: Redactor) -> tuple[TestRecord, ...]:
    return tuple(_record(each, redactor) for each in records)


def _record(record: TestRecord, redactor: Redactor) -> TestRecord:
    nodeid = redactor.text(record.nodeid)
    told = any(each.reason or each.failure for each in record.attempts)
    if nodeid == record.nodeid and not told:
        return record
    attempts = tuple(_attempt(each, redactor) for each in record.attempts)
    return replace(record, nodeid=nodeid, attempts=attempts)


def _attempt(attempt: TestAttempt, redactor: Redactor) -> TestAttempt:
    reason, failure = redactor.text(attempt.reason), redactor.text(attempt.failure)
    return replace(attempt, reason=reason, failure=failure)
