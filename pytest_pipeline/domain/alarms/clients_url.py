"""Alarms that ask where clients are served: they have nothing to say while nothing serves."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_pipeline.domain.alarms.definitions import Alarm, AnyAlarm, CompositeAlarm
from pytest_pipeline.domain.alarms.sources import (
    CommandSource,
    HttpSource,
    PrometheusSource,
    TestsSource,
)

_CLIENTS_URL = "{url}"


def needs_clients_url(alarm: AnyAlarm, known: Iterable[AnyAlarm]) -> bool:
    """Return whether an alarm, or one that it consists of, asks where clients are served.

    Args:
        alarm: The alarm.
        known: All alarms, its members among them.
    """
    if not isinstance(alarm, CompositeAlarm):
        return _asks_clients_url(alarm)
    by_name = {each.name: each for each in known}
    return any(needs_clients_url(by_name[name], by_name.values()) for name in alarm.members)


def _asks_clients_url(alarm: Alarm) -> bool:
    match alarm.source:
        case TestsSource():
            return True
        case HttpSource(url=url) | PrometheusSource(url=url):
            return _CLIENTS_URL in url
        case CommandSource(argv):
            return any(_CLIENTS_URL in word for word in argv)
        case _:
            return False
