"""Alarms of a first release: there is no stable that it could be compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pytest_pipeline.domain.alarms.definitions import (
    Alarm,
    AnyAlarm,
    CompositeAlarm,
    watching,
)


def without_baseline(alarms: Sequence[AnyAlarm]) -> tuple[tuple[AnyAlarm, ...], tuple[str, ...]]:
    """Return the alarms that need no stable, and the names of those that were left out.

    Where none that watches is left, the default watches: nothing is promoted unwatched.
    """
    left_out = [each.name for each in alarms if isinstance(each, Alarm) and each.compares]
    kept = [each for each in alarms if each.name not in left_out]
    while empty := [each for each in kept if not _members(each, left_out)]:
        left_out += [each.name for each in empty]
        kept = [each for each in kept if each.name not in left_out]
    made = tuple(_reduced(each, left_out) for each in kept)
    return watching(made), tuple(left_out)


def _members(alarm: AnyAlarm, left_out: Sequence[str]) -> tuple[str, ...]:
    """Return what of a composite is left; of another alarm itself."""
    if not isinstance(alarm, CompositeAlarm):
        return (alarm.name,)
    return tuple(each for each in alarm.members if each not in left_out)


def _reduced(alarm: AnyAlarm, left_out: Sequence[str]) -> AnyAlarm:
    if not isinstance(alarm, CompositeAlarm):
        return alarm
    return replace(alarm, members=_members(alarm, left_out))
