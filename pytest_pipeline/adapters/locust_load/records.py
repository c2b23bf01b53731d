"""Reads what the processes of the generator recorded; see `recorder` and `record_format`."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_pipeline.adapters.locust_load.record_format import (
    MARK,
    REQUESTS,
    SUFFIX,
    blocks,
    read_requests,
)
from pytest_pipeline.adapters.locust_load.recorder import Totals
from pytest_pipeline.domain.load import LoadSample


@dataclass(frozen=True)
class ProcessRecord:
    """What one process of the generator recorded.

    Attributes:
        pid: Its number; 0 when not even that was written.
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

    def shifted(self, by_s: float) -> ProcessRecord:
        """Return it as it is on another clock, for a process of another machine.

        Args:
            by_s: What that clock shows when this one shows 0, seconds.
        """
        return replace(
            self,
            started_s=None if self.started_s is None else self.started_s + by_s,
            stopped_s=None if self.stopped_s is None else self.stopped_s + by_s,
            samples=tuple(replace(each, started_s=each.started_s + by_s) for each in self.samples),
        )


def read_records(folder: Path) -> tuple[ProcessRecord, ...]:
    """Read the records of all processes, up to where each of them stopped writing."""
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    return tuple(parse_record(path.read_bytes()) for path in paths)


def parse_record(raw: bytes) -> ProcessRecord:
    """Return what a process recorded.

    Args:
        raw: The bytes of its file; what is torn off is not read.
    """
    record = ProcessRecord(pid=0)
    samples: list[LoadSample] = []
    named: list[tuple[str, str | None]] = []
    for kind, content in blocks(raw):
        if kind == MARK:
            mark, *values = json.loads(content)
            record = _with_mark(record, mark, values)
        elif kind == REQUESTS:
            kinds, (starts, responses, places) = read_requests(content)
            named += [(f"{method} {name}", failure) for method, name, failure in kinds]
            samples += map(
                LoadSample,
                starts,
                responses,
                (named[place][0] for place in places),
                (named[place][1] for place in places),
            )
    return replace(record, samples=tuple(samples))


def _with_mark(record: ProcessRecord, kind: str, values: list[object]) -> ProcessRecord:
    match kind, values:
        case "begin", [int(pid), str(role)]:
            return replace(record, pid=pid, role=role)
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
