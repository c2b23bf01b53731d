"""Time as the operating system tells it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The clock port on the real clock."""

    def now(self) -> float:
        """Return seconds on the monotonic clock; only differences mean something."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let at least this long pass; zero and less return at once."""
        if seconds > 0:
            time.sleep(seconds)  # noqa: TID251 - the one place that is a Clock

    def utc(self) -> str:
        """Return the time of day, such as ``2026-01-31T12:00:00.000Z``."""
        return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
