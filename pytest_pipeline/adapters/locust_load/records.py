"""Reads what the processes of the generator recorded; see `recorder` for the format."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_pipeline.adapters.locust_load.recorder import Totals
from pytest_pipeline.domain.load import LoadSample


@dataclass(frozen=True)
class ProcessRecord:
    """What one process of the generator recorded.

    Attributes:
        pid: Its number.
        role: Class of its Locust runner; ``LocalRunner`` when there is one process only.
        started_s: When the load began, seconds on the monotonic clock; None if it never did.
        stopped_s: When the load ended; None if it died before.
        spawned: Users that were started when all were; count; None if that never was.
        users_at_end: Users that still ran when the load ended; count.
        samples: Every request that finished.
        totals: What it counted beside; None when the process did not end in order.
    """

    pid: int
    role: str = ""
    started_s: float | None = None
    stopped_s: float | None = None
    spawned: int | None = None
    users_at_end: int = 0
    samples: tuple[LoadSample, ...] = ()
    totals: Totals | None = None


def read_records(folder: Path) -> tuple[ProcessRecord, ...]:
    """Read the records of all processes, up to where each of them stopped writing."""
    return tuple(_read(path) for path in sorted(folder.glob("*.jsonl")))


def _read(path: Path) -> ProcessRecord:
    record = ProcessRecord(pid=int(path.stem))
    samples: list[LoadSample] = []
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                kind, *values = json.loads(line)
            except ValueError:
                break  # torn when the process died
            if kind == "request":
                samples.append(LoadSample(*values))
            else:
                record = _with_mark(record, kind, values)
    return replace(record, samples=tuple(samples))


def _with_mark(record: ProcessRecord, kind: str, values: list[object]) -> ProcessRecord:
    match kind, values:
        case "begin", [int(), str(role)]:
            return replace(record, role=role)
        case "start", [float(now_s), *_]:
            return replace(record, started_s=now_s)
        case "spawned", [int(users)]:
            return replace(record, spawned=users)
        case "stop", [float(now_s), int(users)]:
            return replace(record, stopped_s=now_s, users_at_end=users)
        case "end", [dict(totals)]:
            return replace(record, totals=Totals(**totals))
        case _:
            return record
