"""Writes once a second how the load goes, for whoever watches. Runs in the generator's process."""

from __future__ import annotations

import json
import os
import time
from collections import deque
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_pipeline.domain.percentiles import percentile

if TYPE_CHECKING:
    from locust.env import Environment

#: How often it is written, seconds.
INTERVAL_S = 1.0
#: Percentiles are those of the requests of so many intervals, of the latest ones at most.
_INTERVALS = 3
_REQUESTS = 2000
_MASTER = "MasterRunner"


class Pulse:
    """The pulse of one process: a small file, replaced whole."""

    def __init__(self, environment: Environment, folder: Path, duration_s: float) -> None:
        self._environment = environment
        self._duration_s = duration_s
        self._path = folder / f"live-{os.getpid()}.json"
        self._count = self._failures = 0
        self._latest: deque[list[float]] = deque([[]], maxlen=_INTERVALS)
        self._began_s = self._wrote_s = time.monotonic()
        self._writer: Any = None

    def request(
        self, response_time: float, exception: BaseException | None = None, **_: object
    ) -> None:
        """Take a finished request."""
        self._count += 1
        self._failures += exception is not None
        newest = self._latest[-1]
        if len(newest) < _REQUESTS:
            newest.append(response_time)

    def started(self, **_: object) -> None:
        """Begin to write; of a shape each step may begin anew."""
        if self._writer is not None:
            return
        self._count = self._failures = 0
        self._began_s = self._wrote_s = time.monotonic()
        gevent: Any = import_module("gevent")
        self._writer = gevent.spawn(self._write_on, gevent.sleep)

    def stopped(self, **_: object) -> None:
        """Cease, and leave nothing: what goes on no more has no pulse."""
        if self._writer is not None:
            self._writer.kill(block=False)
            self._writer = None
        self._path.unlink(missing_ok=True)

    def _write_on(self, wait: Any) -> None:  # noqa: ANN401 - gevent's sleep
        before = 0
        while True:
            wait(INTERVAL_S)
            now_s = time.monotonic()
            said = self._said(now_s, before)
            before, self._wrote_s = said["requests"], now_s
            self._latest.append([])
            with suppress(OSError):  # a full disk stops no load
                fresh = self._path.with_suffix(".new")
                fresh.write_text(json.dumps(said), encoding="utf-8")
                fresh.replace(self._path)

    def _said(self, now_s: float, before: int) -> dict[str, Any]:
        runner = self._environment.runner
        master = type(runner).__name__ == _MASTER
        requests, failures = self._count, self._failures
        if master:  # which hears of requests by its workers alone
            total = self._environment.stats.total
            requests, failures = total.num_requests, total.num_failures
        latencies = sorted(each for some in self._latest for each in some)
        return {
            "master": master,
            "elapsed_s": now_s - self._began_s,
            "duration_s": self._duration_s,
            "users": runner.user_count if runner else 0,
            "requests": requests,
            "requests_per_s": (requests - before) / max(now_s - self._wrote_s, 1e-6),
            "p95_ms": percentile(latencies, 95),
            "failures": failures,
        }


def attach(environment: Environment, folder: Path, duration_s: float) -> None:
    """Write the pulse of each load from now on.

    Args:
        environment: Locust's.
        folder: Existing folder.
        duration_s: Duration of the load, seconds.
    """
    pulse = Pulse(environment, folder, duration_s)
    events: Any = environment.events  # which has no types
    events.request.add_listener(pulse.request)
    events.test_start.add_listener(pulse.started)
    events.test_stopping.add_listener(pulse.stopped)
