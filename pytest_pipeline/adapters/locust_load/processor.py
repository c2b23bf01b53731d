"""Measures how busy a process of the generator was. Runs in its process."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from locust.env import Environment

    from pytest_pipeline.adapters.locust_load.recorder import Totals

#: Linux: time on the processor, time that it was waited for, both nanoseconds, and turns.
_SCHEDULING = Path("/proc/self/schedstat")


class ProcessorWatch:
    """Fills in `Totals.processor_percent` and `Totals.queued_percent` of each load."""

    def __init__(self, totals: Totals) -> None:
        self._totals = totals
        self._began: tuple[float, float, float | None] | None = None

    def started(self, **_: object) -> None:
        """Take note that the load begins; of a shape each step may begin anew."""
        self._began = self._began or (time.monotonic(), time.process_time(), _queued_s())

    def stopped(self, **_: object) -> None:
        """Take note that it ends."""
        if self._began is None:
            return
        began_s, used_s, queued_s = self._began
        lasted_s = max(time.monotonic() - began_s, 1e-6)
        self._totals.processor_percent = 100 * (time.process_time() - used_s) / lasted_s
        now_queued_s = _queued_s()
        if queued_s is not None and now_queued_s is not None:
            self._totals.queued_percent = 100 * (now_queued_s - queued_s) / lasted_s


def attach(environment: Environment, totals: Totals) -> None:
    """Measure each load from now on."""
    watch = ProcessorWatch(totals)
    events: Any = environment.events  # which has no types
    events.test_start.add_listener(watch.started)
    events.test_stopping.add_listener(watch.stopped)


def _queued_s() -> float | None:
    """Return how long this process waited for a processor so far, seconds; None if unknown."""
    with suppress(OSError, ValueError, IndexError):
        return int(_SCHEDULING.read_text().split()[1]) / 1e9
    return None
