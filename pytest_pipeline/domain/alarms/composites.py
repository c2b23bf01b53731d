"""Composite alarms: an alarm made of others, in three-valued logic that never passes on a guess.

Source:
    Amazon CloudWatch, Create a composite alarm: ``ALARM(a) AND ALARM(b)``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pytest_pipeline.domain.alarms.states import AlarmState


class Operator(StrEnum):
    """When a composite alarm fires: when all of its members do, or any."""

    ALL = "all"
    ANY = "any"


def combine(operator: Operator, members: Iterable[AlarmState]) -> AlarmState:
    """Return the state of a composite alarm.

    It fires when what it says of its members is certain. It is ``OK`` only when every member has
    data: insufficient data are contagious, also where the other members would outvote them.

    Args:
        operator: Whether all have to fire, or any.
        members: States of its members; at least one.
    """
    states = tuple(members)
    quantifier = all if operator is Operator.ALL else any
    if quantifier(each is AlarmState.ALARM for each in states):
        return AlarmState.ALARM
    if AlarmState.INSUFFICIENT_DATA in states:
        return AlarmState.INSUFFICIENT_DATA
    return AlarmState.OK
