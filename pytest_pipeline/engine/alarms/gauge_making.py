"""Makes the gauge that fits an alarm's source, and the questions that it asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pytest_pipeline.domain.alarms import Alarm
from pytest_pipeline.domain.alarms.sources import AskedSource, InstancesSource, RouterSource
from pytest_pipeline.engine.alarm_sources import Answer, PendingAnswer, Question
from pytest_pipeline.engine.alarms.asked_gauge import GRACE_S, AskedGauge, PlainReader
from pytest_pipeline.engine.alarms.gauges import Gauge
from pytest_pipeline.engine.alarms.instances_reader import InstancesReader
from pytest_pipeline.engine.alarms.router_gauge import RouterGauge
from pytest_pipeline.engine.alarms.stable_counts import StableCounts
from pytest_pipeline.engine.site import Site

#: How often one looks for the answer of stable's instances, seconds.
POLL_S = 0.02


@dataclass
class GaugeMaker:
    """Makes gauges of one deployment.

    Attributes:
        site: Where.
    """

    site: Site
    _stable: StableCounts | None = None
    _readers: dict[str, InstancesReader] = field(default_factory=dict)

    def make(self, alarm: Alarm) -> Gauge:
        """Return the gauge of an alarm."""
        source = alarm.source
        if isinstance(source, RouterSource):
            stable = self._stable_counts() if alarm.compares else None
            return RouterGauge(self.site, alarm, source.measure, stable)
        reader = self._reader(alarm) if isinstance(source, InstancesSource) else PlainReader()

        def ask() -> PendingAnswer:
            return self._ask(alarm, source)

        return AskedGauge(self.site.tools.clock, alarm, ask, reader)

    def note_stable(self, compared: Iterable[Alarm]) -> None:
        """Take note of what stable came to so far, for the alarms that compare with it."""
        for alarm in compared:
            if isinstance(alarm.source, InstancesSource):
                self._reader(alarm).note_stable(*self._answer(alarm, alarm.source))
            else:
                self._stable_counts().counted()

    def _stable_counts(self) -> StableCounts:
        self._stable = self._stable or StableCounts(self.site)
        return self._stable

    def _reader(self, alarm: Alarm) -> InstancesReader:
        assert isinstance(alarm.source, InstancesSource)  # noqa: S101 - asked by its callers
        if alarm.name not in self._readers:
            self._readers[alarm.name] = InstancesReader(
                alarm, alarm.source, self.site.number_of, self.site.watched or 0
            )
        return self._readers[alarm.name]

    def _answer(self, alarm: Alarm, source: AskedSource) -> tuple[Answer, float]:
        """Ask and wait for the answer, no longer than the alarm allows."""
        clock = self.site.tools.clock
        asked_s = clock.now()
        pending = self._ask(alarm, source)
        while (answer := pending.taken()) is None:
            if clock.now() - asked_s > alarm.timeout_s + GRACE_S:
                return Answer(reason=f"no answer within {alarm.timeout_s:g} s"), asked_s
            clock.sleep(POLL_S)
        return answer, asked_s

    def _ask(self, alarm: Alarm, source: AskedSource) -> PendingAnswer:
        site = self.site
        folder = site.folder / f"alarm-{alarm.name}"
        folder.mkdir(parents=True, exist_ok=True)
        number = site.watched
        known = site.releases.get(number) if number is not None else None
        release = known[0] if known else site.stable
        name, artifact = (release.name, release.artifact) if release else ("", "")
        return site.tools.alarm_sources.ask(
            Question(
                alarm=alarm.name,
                source=source,
                timeout_s=alarm.timeout_s,
                values=self._values(name),
                instances=self._instances(alarm),
                handoff=replace(site.handoff(), release=name, artifact=artifact),
                folder=folder,
            )
        )

    def _values(self, release: str) -> Mapping[str, str]:
        site = self.site
        return {
            "url": site.router.url,
            "environment": site.environment.name,
            "release": release,
            "stable": site.stable.name if site.stable else "",
            **{f"resources.{each.name}.url": each.url for each in site.provided},
        }

    def _instances(self, alarm: Alarm) -> Mapping[str, str]:
        serving = self.site.serving()
        return {
            each.id: each.url
            for each in self.site.fleet.values()
            if each.id in serving and (alarm.compares or each.release == self.site.watched)
        }
