"""The names of alarms, also of those that have none."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.config.models.alarms import AlarmTable


def names_of(alarms: Sequence[AlarmTable]) -> tuple[str, ...]:
    """Return the name of each alarm: its own, or that of its measure, made unique."""
    taken = {alarm.name for alarm in alarms if alarm.name is not None}
    names = []
    for index, alarm in enumerate(alarms):
        name = alarm.name
        if name is None:
            usual = alarm.measure or f"alarm-{index + 1}"
            tries = (usual, *(f"{usual}-{number}" for number in range(2, len(alarms) + 2)))
            name = next(each for each in tries if each not in taken)
            taken.add(name)
        names.append(name)
    return tuple(names)
