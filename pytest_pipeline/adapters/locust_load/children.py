"""The processes that this one forked. Runs in the generator's process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any


class Children:
    """Looks after forked processes; reaps none of them, for Locust does."""

    def __init__(self) -> None:
        self._psutil: Any = import_module("psutil")
        self._known: dict[int, Any] = {}

    def running(self) -> set[int]:
        """Return the numbers of those that run; looks at all processes of the machine."""
        return {each.pid for each in self._psutil.Process().children() if self._runs(each)}

    def is_running(self, pid: int) -> bool:
        """Return whether one of them runs."""
        if pid not in self._known:
            try:
                self._known[pid] = self._psutil.Process(pid)
            except self._psutil.NoSuchProcess:
                return False
        return self._runs(self._known[pid])

    def see_off(self, looks: int, pause: Callable[[], None]) -> None:
        """Wait until all have ended; end those that do not.

        Args:
            looks: How often to look for them.
            pause: Waits between two looks.
        """
        for _ in range(looks):
            if not self.running():
                return
            pause()
        for pid in self.running():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _runs(self, process: Any) -> bool:  # noqa: ANN401 - psutil is imported late
        try:
            return bool(process.status() != self._psutil.STATUS_ZOMBIE)
        except self._psutil.NoSuchProcess:
            return False
