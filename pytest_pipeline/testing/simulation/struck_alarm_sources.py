"""Sources of alarms in a simulated world: unreadable at times, and sometimes they object."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.alarms import Alarm
from pytest_pipeline.domain.alarms.sources import HttpSource
from pytest_pipeline.engine.alarm_sources import Answer, Question
from pytest_pipeline.testing.simulation.world import World

#: Asked beside what the router sees.
TOLD = Alarm("told", HttpSource("http://told"), None, period_s=0.25)


@dataclass(frozen=True)
class _Said:
    """An answer that is there at once."""

    answer: Answer

    def taken(self) -> Answer:
        return self.answer


class StruckAlarmSources:
    """Implements `engine.alarm_sources.AlarmSources` in a world.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def ask(self, question: Question) -> _Said:
        """Say at once what there is to say."""
        if self._world.blind:
            return _Said(Answer(reason="nobody answers"))
        release = question.values["release"]
        return _Said(Answer(float(release not in self._world.faulty_pools)))
