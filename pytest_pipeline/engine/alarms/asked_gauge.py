"""Gathers datapoints from sources that are asked and answer when they can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from pytest_pipeline.domain.alarms import Alarm, Datapoint
from pytest_pipeline.engine.alarm_sources import Answer, PendingAnswer
from pytest_pipeline.engine.alarms.gauges import kept
from pytest_pipeline.engine.ports import Clock

#: An answer may come this much later than its deadline before nobody waits for it, seconds.
GRACE_S = 0.5
#: How often a source is asked that does not say, seconds.
USUAL_PERIOD_S = 1.0


class Reader(Protocol):
    """Makes datapoints of answers."""

    def begin(self) -> None:
        """Forget the answers that came: datapoints begin from now on."""
        ...

    def read(self, answer: Answer, asked_s: float) -> Datapoint | None:
        """Return the datapoint of an answer; None where it only is the beginning of a period.

        Args:
            answer: The answer.
            asked_s: When it was asked for, on the monotonic clock.
        """
        ...


class PlainReader:
    """Implements `Reader` for answers that are datapoints each."""

    def begin(self) -> None:
        """Do nothing: no answer depends on another."""

    def read(self, answer: Answer, asked_s: float) -> Datapoint:
        """Return the answer as a datapoint."""
        del asked_s
        return Datapoint(answer.value, answer.reason)


class AskedGauge:
    """Implements `Gauge` for sources behind the port `AlarmSources`.

    One question at a time is under way: a slow source delays nobody but itself.

    Args:
        clock: Time.
        alarm: The alarm.
        ask: Begins to ask.
        reader: Makes datapoints of answers.
    """

    def __init__(
        self,
        clock: Clock,
        alarm: Alarm,
        ask: Callable[[], PendingAnswer],
        reader: Reader,
    ) -> None:
        self.alarm = alarm
        self._clock = clock
        self._ask = ask
        self._reader = reader
        self._period_s = alarm.period_s or USUAL_PERIOD_S
        self._series: list[Datapoint] = []
        self._pending: PendingAnswer | None = None
        self._asked_s = float("-inf")

    def begin(self) -> None:
        """Forget what was gathered, and the question that is under way."""
        self._series.clear()
        self._reader.begin()
        self._pending, self._asked_s = None, float("-inf")

    def look(self) -> None:
        """Take the answer that came, and ask when a period is over."""
        self._take()
        now = self._clock.now()
        if self._pending is None and now - self._asked_s >= self._period_s:
            self._asked_s = now
            self._pending = self._ask()
            self._take()

    def series(self) -> Sequence[Datapoint]:
        """Return the datapoints, a missing one for an answer that takes longer than a period."""
        waited_s = self._clock.now() - self._asked_s
        if self._pending is None or waited_s <= self._period_s:
            return self._series
        return [*self._series, Datapoint(None, f"no answer for {waited_s:.1f} s", pending=True)]

    def _take(self) -> None:
        if self._pending is None:
            return
        answer = self._pending.taken()
        if answer is None:
            if self._clock.now() - self._asked_s <= self.alarm.timeout_s + GRACE_S:
                return
            answer = Answer(reason=f"no answer within {self.alarm.timeout_s:g} s")
        self._pending = None
        datapoint = self._reader.read(answer, self._asked_s)
        if datapoint is not None:
            self._series = kept([*self._series, datapoint], self.alarm.among)
