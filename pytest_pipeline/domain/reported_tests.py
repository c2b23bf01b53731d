"""Tests as reports have them: one short row a test, however many there are.

A row is ``[node id, layer, worker, quarantined, attempt, …]``, an attempt ``[outcome, seconds,
reason, failure]``; what is empty at an attempt's end is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pytest_pipeline.domain.reported_figures import read_figure, written_figure
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord

_OUTCOMES = {str(each): each for each in TestOutcome}


def written_tests(records: Iterable[TestRecord]) -> list[list[Any]]:
    """Return tests as rows of JSON values."""
    return [
        [
            each.nodeid,
            each.layer,
            each.worker,
            each.quarantined,
            *[_written(attempt) for attempt in each.attempts],
        ]
        for each in records
    ]


def read_tests(rows: Iterable[Any]) -> tuple[TestRecord, ...]:
    """Read what `written_tests` wrote.

    Raises:
        KeyError: If an outcome is none.
        TypeError: If a row is none. So are ValueError and IndexError.
    """
    return tuple(
        TestRecord(str(nodeid), str(layer), tuple(map(_read, attempts)), str(worker), bool(held))
        for nodeid, layer, worker, held, *attempts in rows
    )


def _written(attempt: TestAttempt) -> list[Any]:
    row: list[Any] = [str(attempt.outcome), written_figure(attempt.duration_s)]
    if attempt.failure:
        return [*row, attempt.reason, attempt.failure]
    return [*row, attempt.reason] if attempt.reason else row


def _read(row: Any) -> TestAttempt:  # noqa: ANN401 - as the file has it
    outcome, duration_s, *texts = row
    return TestAttempt(_OUTCOMES[outcome], read_figure(duration_s), *map(str, texts))
