"""Records every request of one process of the generator. Runs there, and imports nothing heavy.

One file a process, see `record_format`. A request costs about a microsecond: it is kept in memory,
and written once a second. Marks are written at once:

* ``["begin", pid, role]``: the process; role is the class of its Locust runner,
* ``["start", monotonic_s, users]``: the load began, with the users that were asked for,
* ``["spawned", users]``: all users were started,
* ``["stop", monotonic_s, users]``: the load ended, with the users that still ran,
* ``["end", totals]``: the process ended in order; see `Totals`.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pytest_pipeline.adapters.locust_load.record_format import (
    MARK,
    SUFFIX,
    Kind,
    beginning,
    block,
    columns,
    requests_block,
)

#: Longest text of a failure that is kept, characters.
FAILURE_LENGTH = 300
#: How often requests are written, seconds.
FLUSH_S = 1.0
#: Most different exceptions of tasks that are kept.
EXCEPTION_KINDS = 10


@dataclass
class Totals:
    """What a process counted beside the requests.

    Attributes:
        begun: Requests begun by Locust's HTTP clients.
        finished: Of these reported as finished.
        resends: Requests that the HTTP client sent again by itself; None where not counted.
        task_runs: Runs of tasks that ended.
        exceptions: Exception that escaped a task, to its count.
        pacing_tasks_per_s: Task runs a second that all users asked for; None without pacing.
        complaints: What is wrong with the user classes, in words.
        exit_code: Exit code that Locust chose for the process.
        tasks_due: Tasks of an open model that were due.
        tasks_dropped: Of these dropped, because no user was free.
        tasks_late: Of these begun late, by the fault of the generator, or not at all.
        longest_lag_s: By how much at most one was begun late, seconds.
        answered: Of the finished requests those that got an answer, whichever.
        redirects: Redirects that were followed in them, each a request to the router.
        own: Requests that clients of the users' own reported.
        processor_percent: Time on the processor / duration of the load, percent, all threads; None
            where it did not end in order.
        queued_percent: Time that a processor was waited for / duration, percent; None where the
            system does not say.
    """

    begun: int = 0
    finished: int = 0
    resends: int | None = 0
    task_runs: int = 0
    exceptions: dict[str, int] = field(default_factory=dict)
    pacing_tasks_per_s: float | None = None
    complaints: list[str] = field(default_factory=list)
    exit_code: int = 0
    tasks_due: int = 0
    tasks_dropped: int = 0
    tasks_late: int = 0
    longest_lag_s: float = 0.0
    answered: int = 0
    redirects: int = 0
    own: int = 0
    processor_percent: float | None = None
    queued_percent: float | None = None


class Recorder:
    """Writes the record of one process.

    Args:
        folder: Existing folder; the file is named after the process.
        role: Class of the process's Locust runner.
    """

    def __init__(self, folder: Path, role: str) -> None:
        self._file = (folder / f"{os.getpid()}{SUFFIX}").open("wb")
        self._file.write(beginning())
        self.totals = Totals()
        self._places: dict[Kind, int] = {}
        self._new_kinds: list[Kind] = []
        self._columns = columns()
        self._mark("begin", os.getpid(), role)

    def started(self, now_s: float, users: int) -> None:
        """Record that the load began."""
        self._mark("start", now_s, users)

    def spawned(self, users: int) -> None:
        """Record that all users were started."""
        self._mark("spawned", users)

    def request(self, started_s: float, response_ms: float, kind: Kind) -> None:
        """Record a finished request.

        Args:
            started_s: When it was begun, seconds on the monotonic clock.
            response_ms: Until it was answered or given up, milliseconds.
            kind: Its method, name and why it failed.
        """
        place = self._places.get(kind)
        if place is None:
            place = self._place(kind)
        starts, responses, places = self._columns
        starts.append(started_s)
        responses.append(response_ms)
        places.append(place)

    def exception(self, text: str) -> None:
        """Count an exception that escaped a task."""
        kinds = self.totals.exceptions
        short = text[:FAILURE_LENGTH]
        kind = short if short in kinds or len(kinds) < EXCEPTION_KINDS else "others"
        kinds[kind] = kinds.get(kind, 0) + 1

    def stopped(self, now_s: float, users: int) -> None:
        """Record that the load ended."""
        self._mark("stop", now_s, users)

    def end(self, exit_code: int) -> None:
        """Record that the process ends in order, and with which exit code."""
        self.totals.exit_code = exit_code
        self._mark("end", asdict(self.totals))
        self._file.close()

    def flush(self) -> None:
        """Write the requests that were not written yet; nothing once the record has ended."""
        if self._file.closed or not self._columns[0]:
            return
        kinds, written = self._new_kinds, self._columns
        self._new_kinds, self._columns = [], columns()
        self._file.write(requests_block(kinds, written))
        self._file.flush()

    def _place(self, kind: Kind) -> int:
        method, name, failure = kind
        self._new_kinds.append((str(method), str(name), failure and failure[:FAILURE_LENGTH]))
        place = self._places[kind] = len(self._places)
        return place

    def _mark(self, *values: object) -> None:
        self.flush()
        self._file.write(block(MARK, json.dumps(values, separators=(",", ":")).encode()))
        self._file.flush()
