"""The probe's record: a line for each request, and an end marker when it is complete.

Runs in the generator's process and in the one that reads the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import TextIOBase
from pathlib import Path
from typing import Any

from pytest_pipeline.domain.traffic import Outcome, RequestSample

_DIGITS = 6


class IncompleteRecordError(Exception):
    """The record has no end marker, or holds another number of requests than that says."""


class RecordWriter:
    """Writes a record as it goes, so that a killed generator leaves what it saw.

    Args:
        file: An open, line-buffered file.
    """

    def __init__(self, file: TextIOBase) -> None:
        self._file = file
        self._count = 0

    def add(self, sample: RequestSample) -> None:
        """Write one request."""
        times = (sample.intended_s, sample.sent_s, sample.done_s)
        rounded = [round(each, _DIGITS) for each in times]
        told = (sample.outcome, sample.release, sample.detail, sample.route, sample.marker)
        self._write([*rounded, *told])
        self._count += 1

    def finish(self) -> None:
        """Say that the record is complete."""
        self._write({"end": self._count})

    def _write(self, value: object) -> None:
        self._file.write(json.dumps(value, separators=(",", ":")) + "\n")


def read_record(path: Path) -> tuple[RequestSample, ...]:
    """Read a record.

    Raises:
        OSError: If it cannot be read.
        IncompleteRecordError: If it is not complete.
    """
    samples: list[RequestSample] = []
    for value in _values(path):
        if isinstance(value, dict):
            if value.get("end") != len(samples):
                raise IncompleteRecordError(f"{len(samples)} requests, wanted {value.get('end')}")
            return tuple(samples)
        intended_s, sent_s, done_s, outcome, *told = value
        samples.append(RequestSample(intended_s, sent_s, done_s, Outcome(outcome), *told))
    raise IncompleteRecordError(f"it breaks off after {len(samples)} requests")


def has_begun(path: Path) -> bool:
    """Return whether the record holds a request."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _values(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError as error:
                raise IncompleteRecordError(f"not a record: {line[:60]!r}") from error
