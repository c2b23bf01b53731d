"""From datapoints to the state of an alarm, in values and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.alarms.datapoints import Datapoint, TreatMissing, decide
from pytest_pipeline.domain.alarms.definitions import Alarm, AnyAlarm
from pytest_pipeline.domain.alarms.states import AlarmState

#: What a source that says true or false is expected to say.
_TRUTH = 1.0


@dataclass(frozen=True)
class AlarmReading:
    """One alarm, evaluated.

    Attributes:
        alarm: The alarm.
        state: What it comes to.
        value: The latest measured value; None when there is none.
        reason: What was measured and wanted, or why it is not known, for people.
    """

    alarm: AnyAlarm
    state: AlarmState
    value: float | None
    reason: str

    def __str__(self) -> str:
        """Return the reading in words."""
        return self.reason


def datapoint_breaches(alarm: Alarm, datapoint: Datapoint) -> bool | None:
    """Return whether a datapoint breaches an alarm's bound; None when it is missing."""
    if datapoint.value is None:
        return None
    if alarm.bound is None:
        return datapoint.value != _TRUTH
    holds = alarm.bound.holds(datapoint.value, datapoint.baseline)
    return None if holds is None else not holds


def evaluate(alarm: Alarm, series: Sequence[Datapoint]) -> AlarmReading:
    """Evaluate an alarm.

    Args:
        alarm: The alarm.
        series: Its datapoints, oldest first.
    """
    breaches = [datapoint_breaches(alarm, each) for each in series]
    state = _decided(alarm, series, breaches)
    value = series[-1].value if series else None
    return AlarmReading(alarm, state, value, _reason(alarm, state, series, breaches))


def _decided(
    alarm: Alarm, series: Sequence[Datapoint], breaches: Sequence[bool | None]
) -> AlarmState:
    def state(shown: Sequence[bool | None], treat: TreatMissing) -> AlarmState:
        return decide(shown, least=alarm.least, among=alarm.among, treat=treat)

    if alarm.counts_on:
        return state(breaches, TreatMissing.MISSING)
    if not series or not series[-1].pending:
        return state(breaches, alarm.treat_missing)
    settled = state(breaches[:-1], alarm.treat_missing)
    return settled if settled is AlarmState.ALARM else state(breaches, TreatMissing.MISSING)


def _reason(
    alarm: Alarm,
    state: AlarmState,
    series: Sequence[Datapoint],
    breaches: Sequence[bool | None],
) -> str:
    """Say what decided: the latest datapoint that speaks for the state, and how many do."""
    telling = _telling(state, series, breaches)
    if telling is None:
        return f"{alarm.name}: no datapoint yet{_of_how_many(alarm, breaches)}"
    known = datapoint_breaches(alarm, telling) is not None
    if known:
        said = _measured(alarm, telling)
    else:
        counts = ", which counts as breaching" if state is AlarmState.ALARM else ""
        said = f": {telling.reason or 'no datapoint'}{counts}"
    return f"{alarm.name}{said}{_of_how_many(alarm, breaches)}"


def _telling(
    state: AlarmState, series: Sequence[Datapoint], breaches: Sequence[bool | None]
) -> Datapoint | None:
    wanted = {AlarmState.ALARM: True, AlarmState.OK: False, AlarmState.INSUFFICIENT_DATA: None}
    pairs = tuple(zip(series, breaches, strict=True))[::-1]
    found = (point for point, breach in pairs if breach is wanted[state])
    return next(found, pairs[0][0] if pairs else None)


def _measured(alarm: Alarm, datapoint: Datapoint) -> str:
    note = f" ({datapoint.note})" if datapoint.note else ""
    if alarm.bound is None:
        said = "true" if datapoint.value == _TRUTH else "false"
        return f" {said}, wanted true{note}"
    against = ""
    if alarm.bound.relative and datapoint.baseline is not None:
        against = f" of stable's {datapoint.baseline:g}"
    return f" {datapoint.value:g}, wanted {alarm.bound}{against}{note}"


def _of_how_many(alarm: Alarm, breaches: Sequence[bool | None]) -> str:
    if alarm.among == 1:
        return ""
    window = breaches[-alarm.among :]
    breaching, missing = window.count(True), window.count(None)
    return (
        f" ({breaching} of the last {len(window)} datapoints breach, {missing} are missing; "
        f"{alarm.least} of {alarm.among} fire)"
    )
