"""Records every request of one process of the generator. Runs there, and imports nothing heavy.

One file a process, one JSON array a line:

* ``["begin", pid, role]``: the process; role is the class of its Locust runner,
* ``["start", monotonic_s, users]``: the load began, with the users that were asked for,
* ``["spawned", users]``: all users were started,
* ``["request", started_s, response_ms, name, failure]``: one finished request; failure is null,
* ``["stop", monotonic_s, users]``: the load ended, with the users that still ran,
* ``["end", totals]``: the process ended in order; see `Totals`.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

#: Longest text of a failure that is kept, characters.
FAILURE_LENGTH = 300
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
        self._file = (folder / f"{os.getpid()}.jsonl").open("w", encoding="utf-8")
        self.totals = Totals()
        self._write("begin", os.getpid(), role)
        self._file.flush()

    def started(self, now_s: float, users: int) -> None:
        """Record that the load began."""
        self._write("start", now_s, users)
        self._file.flush()

    def spawned(self, users: int) -> None:
        """Record that all users were started."""
        self._write("spawned", users)

    def request(self, started_s: float, response_ms: float, name: str, failure: str | None) -> None:
        """Record a finished request."""
        self._write("request", started_s, response_ms, name, failure and failure[:FAILURE_LENGTH])

    def exception(self, text: str) -> None:
        """Count an exception that escaped a task."""
        kinds = self.totals.exceptions
        short = text[:FAILURE_LENGTH]
        kind = short if short in kinds or len(kinds) < EXCEPTION_KINDS else "others"
        kinds[kind] = kinds.get(kind, 0) + 1

    def stopped(self, now_s: float, users: int) -> None:
        """Record that the load ended."""
        self._write("stop", now_s, users)

    def end(self, exit_code: int) -> None:
        """Record that the process ends in order, and with which exit code."""
        self.totals.exit_code = exit_code
        self._write("end", asdict(self.totals))
        self._file.close()

    def _write(self, *values: object) -> None:
        self._file.write(json.dumps(values, separators=(",", ":")) + "\n")
