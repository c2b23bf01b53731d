"""Makes datapoints of what instances tell, now and a period before."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pytest_pipeline.domain.alarms import Alarm, Datapoint
from pytest_pipeline.domain.alarms.instance_figures import InstanceFigures, instances_datapoint
from pytest_pipeline.domain.alarms.router_figures import against
from pytest_pipeline.domain.alarms.sources import InstancesSource
from pytest_pipeline.engine.alarm_sources import Answer

Figures = Mapping[str, InstanceFigures]


class InstancesReader:
    """Turns answers of instances into datapoints, of one release or of two compared.

    Args:
        alarm: The alarm.
        source: What is asked of the instances.
        release_of: Returns the number of an instance's release.
        watched: Number of the candidate.
    """

    def __init__(
        self,
        alarm: Alarm,
        source: InstancesSource,
        release_of: Callable[[str], int],
        watched: int,
    ) -> None:
        self._alarm = alarm
        self._source = source
        self._release_of = release_of
        self._watched = watched
        self._before: tuple[float, Figures] | None = None
        self._stable: Datapoint | None = None
        self._stable_first: tuple[float, Figures] | None = None

    def begin(self) -> None:
        """Let the next answer be the first of a period: what was counted before is not judged."""
        self._before = None

    def read(self, answer: Answer, asked_s: float) -> Datapoint | None:
        """Return the datapoint of an answer; None for the first of a counter."""
        if not answer.figures:
            return Datapoint(None, answer.reason or "no instance serves")
        mine, others = self._split(answer.figures)
        before, self._before = self._before, (asked_s, answer.figures)
        stable = self._stable_datapoint(others, asked_s) if self._alarm.compares else None
        if before is None and self._source.kind != "value":
            return None
        candidate = self._datapoint(mine, before, asked_s)
        if stable is None:
            return candidate
        return against(candidate, stable, "" if others else "of stable up to the switch")

    def note_stable(self, answer: Answer, asked_s: float) -> None:
        """Take note of what stable's instances tell before the candidate serves, or it ends."""
        _, others = self._split(answer.figures)
        if others:
            self._stable_datapoint(others, asked_s)

    def _stable_datapoint(self, others: Figures, asked_s: float) -> Datapoint:
        """Return stable's datapoint since it was first asked in this deployment."""
        if others:
            self._stable = self._datapoint(others, self._stable_first, asked_s)
            self._stable_first = self._stable_first or (asked_s, others)
        return self._stable or Datapoint(None, "stable's instances were not asked")

    def _split(self, figures: Figures) -> tuple[Figures, Figures]:
        mine = {k: v for k, v in figures.items() if self._release_of(k) == self._watched}
        return mine, {k: v for k, v in figures.items() if k not in mine}

    def _datapoint(
        self, now: Figures, before: tuple[float, Figures] | None, asked_s: float
    ) -> Datapoint:
        return instances_datapoint(
            self._source,
            now,
            before[1] if before else None,
            seconds=asked_s - before[0] if before else 0.0,
            minimum=self._alarm.minimum_samples,
        )
