"""Gathers the datapoints of one alarm, whatever its source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pytest_pipeline.domain.alarms import Alarm, Datapoint

#: Datapoints that are kept beyond N: what `ignore` looks back on; count.
KEPT = 50


class Gauge(Protocol):
    """Gathers the datapoints of one alarm."""

    alarm: Alarm

    def begin(self) -> None:
        """Forget what was gathered: a new wait is judged by datapoints of its own."""
        ...

    def look(self) -> None:
        """Take note of what came, and ask for what is due; never waits."""
        ...

    def series(self) -> Sequence[Datapoint]:
        """Return the datapoints, oldest first; an answer that is overdue is one that is missing."""
        ...


def kept(series: Sequence[Datapoint], among: int) -> list[Datapoint]:
    """Return what of a series still matters."""
    return list(series[-(among + KEPT) :])
