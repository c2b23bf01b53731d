"""Takes secrets out of the run of a stage, before it is kept; quick where there are many tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pytest_pipeline.domain.redaction import Redactor
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord


def redacted_run(run: StageRun, redactor: Redactor, mark: str = "") -> StageRun:
    """Return a run whose texts hold no secrets; everything else of it is as it was.

    Tests whose ids would be the same without their secrets are numbered: each keeps its outcome.

    Args:
        run: The run.
        redactor: Takes the secrets out.
        mark: Put after the ids of tests that held one: tells them apart from those of other runs.
    """
    tally = run.tally
    tried = (each.nodeid for each in tally.records)
    names = _names((*tally.outcomes, *tried, *run.missing), redactor, mark)
    rest = redactor.value(replace(run, tally=replace(tally, outcomes={}, records=()), broken=()))
    kept = replace(
        rest.tally,
        outcomes={names[nodeid]: outcome for nodeid, outcome in tally.outcomes.items()},
        records=_records(tally.records, redactor, names),
    )
    missing = tuple(names[nodeid] for nodeid in run.missing)
    return replace(rest, tally=kept, missing=missing, broken=_records(run.broken, redactor))


def _names(nodeids: Iterable[str], redactor: Redactor, mark: str) -> dict[str, str]:
    names: dict[str, str] = {}
    times: Counter[str] = Counter()
    for nodeid in dict.fromkeys(nodeids):
        text = redactor.text(nodeid)
        if text != nodeid:
            text += mark
            times[text] += 1
            text += f" #{times[text]}" if times[text] > 1 else ""
        names[nodeid] = text
    return names


def _records(
    records: Sequence[TestRecord], redactor: Redactor, names: Mapping[str, str] | None = None
) -> tuple[TestRecord, ...]:
    return tuple(_record(each, redactor, names or {}) for each in records)


def _record(record: TestRecord, redactor: Redactor, names: Mapping[str, str]) -> TestRecord:
    nodeid = names.get(record.nodeid) or redactor.text(record.nodeid)
    told = any(each.reason or each.failure for each in record.attempts)
    if nodeid == record.nodeid and not told:
        return record
    attempts = tuple(_attempt(each, redactor) for each in record.attempts)
    return replace(record, nodeid=nodeid, attempts=attempts)


def _attempt(attempt: TestAttempt, redactor: Redactor) -> TestAttempt:
    reason, failure = redactor.text(attempt.reason), redactor.text(attempt.failure)
    return replace(attempt, reason=reason, failure=failure)
