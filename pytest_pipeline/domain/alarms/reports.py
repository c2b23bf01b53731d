"""What a deployment's record says of an alarm."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.alarms.definitions import Alarm
from pytest_pipeline.domain.alarms.evaluation import AlarmReading
from pytest_pipeline.domain.alarms.states import AlarmState


@dataclass(frozen=True)
class AlarmReport:
    """The last evaluation of an alarm.

    Attributes:
        name: Its name.
        state: What it came to.
        value: The latest measured value; None when there was none.
        bound: What was to hold; empty for an alarm without a bound.
        reason: What was measured, or why it is not known, for people.
    """

    name: str
    state: AlarmState
    value: float | None
    bound: str
    reason: str


def report_of(reading: AlarmReading) -> AlarmReport:
    """Return what a record keeps of a reading."""
    alarm = reading.alarm
    bound = str(alarm.bound) if isinstance(alarm, Alarm) and alarm.bound is not None else ""
    return AlarmReport(alarm.name, reading.state, reading.value, bound, reading.reason)
