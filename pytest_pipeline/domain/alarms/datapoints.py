"""M of N datapoints: what a series of datapoints says, the missing ones among them.

Source:
    Amazon CloudWatch, Using Amazon CloudWatch alarms: evaluating an alarm, treatment of missing
    data. Stricter than there: a missing datapoint never turns the state to ``OK``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.alarms.states import AlarmState


class TreatMissing(StrEnum):
    """What a missing datapoint counts as. There is no ``notBreaching``: missing never passes.

    ``MISSING`` could be either, so that the state is known only where it makes no difference.
    ``BREACHING`` is one that breaches. ``IGNORE`` keeps the state that was, as long as one of the
    last N datapoints is there.
    """

    MISSING = "missing"
    BREACHING = "breaching"
    IGNORE = "ignore"


@dataclass(frozen=True)
class Datapoint:
    """One datapoint of an alarm.

    Attributes:
        value: What was measured; None when it is missing.
        reason: Why it is missing, for people; empty when it is not.
        baseline: The same of stable; None where nothing is compared, or stable's is missing.
        note: What to know when reading it, for people; empty for nothing.
        pending: Whether it may still come, though it is late: it is not missing yet, and not fine.
    """

    value: float | None
    reason: str = ""
    baseline: float | None = None
    note: str = ""
    pending: bool = False


def decide(
    breaches: Sequence[bool | None], *, least: int, among: int, treat: TreatMissing
) -> AlarmState:
    """Return the state that a series of datapoints comes to.

    Args:
        breaches: Whether each breaches its bound, oldest first; None for a missing one.
        least: M: breaching datapoints that make the alarm fire; 1 <= M <= N.
        among: N: how many of the latest datapoints are looked at.
        treat: What a missing datapoint counts as.

    Returns:
        ``ALARM`` when M of the last N breach; ``OK`` when fewer do, whatever those that are missing
        or still to come would have been; else ``INSUFFICIENT_DATA``.
    """
    state = AlarmState.INSUFFICIENT_DATA
    if treat is not TreatMissing.IGNORE:
        return _state(breaches[-among:], least, among, treat)
    for end in range(1, len(breaches) + 1):
        window = breaches[max(0, end - among) : end]
        if all(each is None for each in window):
            state = AlarmState.INSUFFICIENT_DATA
        elif window[-1] is not None:
            state = _ignoring(breaches[:end], least, among)
    return state


def _state(
    window: Sequence[bool | None], least: int, among: int, treat: TreatMissing
) -> AlarmState:
    breaching = sum(each is True for each in window)
    missing = sum(each is None for each in window)
    if treat is TreatMissing.BREACHING:
        breaching, missing = breaching + missing, 0
    if breaching >= least:
        return AlarmState.ALARM
    open_ones = missing + among - len(window)
    return AlarmState.OK if breaching + open_ones < least else AlarmState.INSUFFICIENT_DATA


def _ignoring(series: Sequence[bool | None], least: int, among: int) -> AlarmState:
    """Return what the datapoints that are there come to; those that are missing are passed over."""
    known = [each for each in series if each is not None]
    return _state(known[-among:], least, among, TreatMissing.MISSING)
