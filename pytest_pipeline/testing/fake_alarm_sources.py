"""Sources of alarms in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pytest_pipeline.engine.alarm_sources import Answer, PendingAnswer, Question
from pytest_pipeline.engine.ports import Clock


@dataclass(frozen=True)
class _Due:
    """An answer that comes at a moment."""

    answer: Answer
    clock: Clock
    at_s: float

    def taken(self) -> Answer | None:
        return self.answer if self.clock.now() >= self.at_s else None


@dataclass
class FakeAlarmSources:
    """Implements `engine.alarm_sources.AlarmSources` on any clock; what is said is set by hand.

    Attributes:
        clock: Time.
        said: Name of an alarm to what its source says from now on, or to what makes an answer of
            a question; a source that was never set says nothing that can be read.
        delays_s: Name of an alarm to how long its source takes to answer; seconds.
        asked: Every question, in order.
    """

    clock: Clock
    said: dict[str, Answer | Callable[[Question], Answer]] = field(default_factory=dict)
    delays_s: dict[str, float] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)

    def ask(self, question: Question) -> PendingAnswer:
        """Begin to ask; see the port."""
        self.asked.append(question)
        said = self.said.get(question.alarm, Answer(reason="it says nothing"))
        answer = said(question) if callable(said) else said
        delay_s = self.delays_s.get(question.alarm, 0.0)
        return _Due(answer, self.clock, self.clock.now() + delay_s)

    def say(self, alarm: str, value: float | None, *, reason: str = "") -> None:
        """Say what an alarm's source says from now on; None for what cannot be read."""
        self.said[alarm] = Answer(value, reason or ("" if value is not None else "unreadable"))
