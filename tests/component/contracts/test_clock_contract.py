"""What every clock promises: run on the real and on the virtual one."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.testing.virtual_clock import VirtualClock


@pytest.fixture(params=[SystemClock, VirtualClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_sleeping_moves_time_at_least_that_far(clock: Clock) -> None:
    before_s = clock.now()

    clock.sleep(0.02)

    assert clock.now() - before_s >= 0.02


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_sleeping_for_no_time_returns_and_never_goes_back(clock: Clock, seconds: float) -> None:
    before_s = clock.now()

    clock.sleep(seconds)

    assert 0 <= clock.now() - before_s < 0.5


def test_the_time_of_day_is_utc_with_milliseconds(clock: Clock) -> None:
    text = clock.utc()

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert dt.datetime.fromisoformat(text).utcoffset() == dt.timedelta(0)


def test_the_time_of_day_moves_along(clock: Clock) -> None:
    before = dt.datetime.fromisoformat(clock.utc())

    clock.sleep(0.02)
    after = dt.datetime.fromisoformat(clock.utc())

    assert after - before >= dt.timedelta(seconds=0.01)
