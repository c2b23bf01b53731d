"""Gathers datapoints from the router's statistics."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.alarms import Alarm, Datapoint, PoolStatistics
from pytest_pipeline.domain.alarms.router_figures import against, router_datapoint
from pytest_pipeline.engine.alarms.gauges import kept
from pytest_pipeline.engine.alarms.stable_counts import StableCounts
from pytest_pipeline.engine.site import Site


class RouterGauge:
    """Implements `Gauge` for `RouterSource`.

    Args:
        site: Where.
        alarm: The alarm.
        measure: What is measured; see `RouterSource`.
        stable: What the router counted for stable; None where nothing is compared.
    """

    def __init__(self, site: Site, alarm: Alarm, measure: str, stable: StableCounts | None) -> None:
        self.alarm = alarm
        self._site = site
        self._measure = measure
        self._stable = stable
        self._series: list[Datapoint] = []
        self._since_s = site.tools.clock.now()
        self._counted = PoolStatistics()
        self._stable_counted = PoolStatistics()

    def begin(self) -> None:
        """Forget what was gathered; what was counted since the switch stays."""
        self._series.clear()
        self._mark(self._site.tools.clock.now())

    def look(self) -> None:
        """Read the counts; one datapoint a period, or one of everything so far."""
        now = self._site.tools.clock.now()
        if self.alarm.period_s is None:
            self._series = [self._datapoint(PoolStatistics(), now)]
        elif now - self._since_s >= self.alarm.period_s:
            self._series = kept(
                [*self._series, self._datapoint(self._counted, now)], self.alarm.among
            )
            self._mark(now)

    def series(self) -> Sequence[Datapoint]:
        """Return the datapoints."""
        return self._series

    def _mark(self, now: float) -> None:
        self._since_s = now
        self._counted = self._candidate()
        if self._stable is not None:
            self._stable_counted = self._stable.counted()

    def _candidate(self) -> PoolStatistics:
        return self._site.counted_since(f"r{self._site.watched}")

    def _datapoint(self, before: PoolStatistics, now: float) -> Datapoint:
        seconds = now - self._since_s
        candidate = self._figure(_grown(self._candidate(), before), seconds)
        if self._stable is None:
            return candidate
        if self._stable.serves() and self.alarm.period_s is not None:
            stable = _grown(self._stable.counted(), self._stable_counted)
            return against(candidate, self._figure(stable, seconds), "")
        stable = self._stable.counted()
        figure = self._figure(stable, self._stable.seconds())
        return against(candidate, figure, self._stable.note())

    def _figure(self, counted: PoolStatistics, seconds: float) -> Datapoint:
        return router_datapoint(
            self._measure, counted, seconds=seconds, minimum=self.alarm.minimum_samples
        )


def _grown(now: PoolStatistics, before: PoolStatistics) -> PoolStatistics:
    """Return what was counted since; a router that was started anew counts from zero."""
    return now if now.requests < before.requests else now.since(before)
