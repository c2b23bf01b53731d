"""The deadline of a stage that runs in this very process."""

from __future__ import annotations

import faulthandler
import os
import signal
import threading

_STDERR = 2


class StageDeadline:
    """Interrupts the session when its stage takes too long; the debugger knows no deadline.

    Attributes:
        timeout_s: Longest duration, seconds; None for no deadline.
        expired: Whether it passed.
    """

    def __init__(self, timeout_s: float | None) -> None:
        self.timeout_s = timeout_s
        self.expired = False
        self._timer: threading.Timer | None = None

    def start(self) -> None:
        """Begin to count."""
        if self.timeout_s is not None:
            self._timer = threading.Timer(self.timeout_s, self._expire)
            self._timer.daemon = True
            self._timer.start()

    def cancel(self) -> None:
        """Stop counting: the session is over."""
        if self._timer is not None:
            self._timer.cancel()

    def _expire(self) -> None:
        self.expired = True
        faulthandler.dump_traceback(file=_STDERR, all_threads=True)
        os.kill(os.getpid(), signal.SIGINT)  # what a person would do: fixtures are torn down
