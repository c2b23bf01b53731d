"""The time from the start of a stage's first test to the end of its last."""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass
class RunSpan:
    """What the reports say of the time, wherever their tests ran."""

    _first_s: float | None = None
    _last_s: float = 0.0

    def add(self, report: pytest.TestReport) -> None:
        """Take the report of one phase of a test."""
        start_s, stop_s = getattr(report, "start", 0), getattr(report, "stop", 0)
        if not start_s:  # made up for a test that its process did not survive
            return
        self._first_s = start_s if self._first_s is None else min(self._first_s, start_s)
        self._last_s = max(self._last_s, stop_s)

    def measurements(self) -> dict[str, float]:
        """Return the measure; none where no test ran."""
        if self._first_s is None:
            return {}
        return {"duration.wall_s": max(0.0, self._last_s - self._first_s)}
