"""A clock that moves only when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class VirtualClock:
    """The clock port without waiting: sleeping moves it on at once.

    Its time of day begins at 2026-01-01T00:00:00.000Z.

    Args:
        start_s: What `now` returns at first, seconds.
    """

    def __init__(self, start_s: float = 0.0) -> None:
        self._start_s = start_s
        self._passed_s = 0.0

    def now(self) -> float:
        """Return seconds since an arbitrary start."""
        return self._start_s + self._passed_s

    def sleep(self, seconds: float) -> None:
        """Move on; zero and less change nothing."""
        self._passed_s += max(0.0, seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            ValueError: If ``seconds`` is negative.
        """
        if seconds < 0:
            raise ValueError(f"a clock does not go back; wanted seconds >= 0, got {seconds}")
        self._passed_s += seconds

    def utc(self) -> str:
        """Return the time of day, such as ``2026-01-01T00:00:00.000Z``."""
        moment = _EPOCH + timedelta(seconds=self._passed_s)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
