"""Asks the alarms of one deployment, and remembers what they said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pytest_pipeline.domain.alarms import (
    Alarm,
    AlarmReading,
    AlarmReport,
    AlarmState,
    AnyAlarm,
    CompositeAlarm,
    Moment,
    actors,
    combine,
    evaluate,
    report_of,
)
from pytest_pipeline.domain.alarms.clients_url import needs_clients_url
from pytest_pipeline.domain.alarms.first_release import without_baseline
from pytest_pipeline.domain.alarms.planned import fitted
from pytest_pipeline.domain.plans import Plan
from pytest_pipeline.engine.alarms.gauge_making import GaugeMaker
from pytest_pipeline.engine.alarms.gauges import Gauge
from pytest_pipeline.engine.site import Site


class AlarmDesk:
    """The alarms of an environment during one deployment.

    Args:
        site: Where; its ``watched`` release is the candidate.
        plan: What is carried out.

    Attributes:
        left_out: Names of the alarms that compare with stable, where there is none.
        moved: Names of the alarms that the plan's last wait asks, as it has no moment of theirs.
    """

    def __init__(self, site: Site, plan: Plan) -> None:
        alarms, self.left_out = site.environment.alarms, tuple[str, ...]()
        if site.stable is None:
            alarms, self.left_out = without_baseline(alarms)
        suited = fitted(alarms, plan, first=site.stable is None)
        self.moved = suited.moved
        self._alarms: Mapping[str, AnyAlarm] = {each.name: each for each in suited.alarms}
        self._maker = GaugeMaker(site)
        self._gauges: dict[str, Gauge] = {}
        self._last: dict[str, AlarmReading] = {}

    @property
    def reports(self) -> tuple[AlarmReport, ...]:
        """What each alarm that was asked said last, in the order of the configuration."""
        return tuple(report_of(self._last[name]) for name in self._alarms if name in self._last)

    def names(self, *moments: Moment) -> tuple[str, ...]:
        """Return the names of the alarms that decide at some moments."""
        return tuple(each.name for each in actors(self._alarms.values(), moments))

    def begin_wait(self) -> None:
        """Let what comes be judged by datapoints of its own."""
        for gauge in self._gauges.values():
            gauge.begin()

    def note_stable(self) -> None:
        """Take note of stable's figures while it still has its traffic."""
        compared = [each for each in self._alarms.values() if isinstance(each, Alarm)]
        self._maker.note_stable([each for each in compared if each.compares])

    def look(self, *moments: Moment, without: Iterable[str] = ()) -> tuple[AlarmReading, ...]:
        """Return what the alarms that decide at some moments say now; never waits.

        Args:
            moments: Which moments it is; several at a time.
            without: Names of alarms that are not asked.

        Raises:
            RouterError: If the router does not answer.
        """
        left_out = frozenset(without)
        acting = [
            each for each in actors(self._alarms.values(), moments) if each.name not in left_out
        ]
        for leaf in {each.name: each for actor in acting for each in self._leaves(actor)}.values():
            if leaf.name not in self._gauges:
                self._gauges[leaf.name] = self._maker.make(leaf)
            self._gauges[leaf.name].look()
        return tuple(self._read(each) for each in acting)

    def leaves(self, name: str) -> tuple[Alarm, ...]:
        """Return the alarms with a source that an alarm consists of."""
        return tuple(self._leaves(self._alarms[name]))

    def needs_clients_url(self, name: str) -> bool:
        """Return whether an alarm asks where clients are served."""
        return needs_clients_url(self._alarms[name], self._alarms.values())

    def _leaves(self, alarm: AnyAlarm) -> Iterator[Alarm]:
        if isinstance(alarm, Alarm):
            yield alarm
            return
        for name in alarm.members:
            yield from self._leaves(self._alarms[name])

    def _read(self, alarm: AnyAlarm) -> AlarmReading:
        if isinstance(alarm, Alarm):
            reading = evaluate(alarm, self._gauges[alarm.name].series())
        else:
            reading = self._combined(alarm)
        self._last[alarm.name] = reading
        return reading

    def _combined(self, alarm: CompositeAlarm) -> AlarmReading:
        parts = [self._read(self._alarms[name]) for name in alarm.members]
        state = combine(alarm.operator, (each.state for each in parts))
        telling = [each for each in parts if each.state is state] or parts
        said = "; ".join(map(str, telling))
        return AlarmReading(alarm, state, None, f"{alarm.name} ({alarm.operator} of: {said})")


def those(readings: Iterable[AlarmReading], state: AlarmState) -> list[AlarmReading]:
    """Return the readings of a state."""
    return [each for each in readings if each.state is state]
