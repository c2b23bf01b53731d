"""The two clocks, beyond what they share."""

from __future__ import annotations

import datetime as dt

import pytest

from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.testing.virtual_clock import VirtualClock


def test_the_system_clock_tells_the_present() -> None:
    told = dt.datetime.fromisoformat(SystemClock().utc())

    assert abs(dt.datetime.now(dt.UTC) - told) < dt.timedelta(seconds=5)


def test_a_virtual_half_hour_takes_no_time() -> None:
    real, virtual = SystemClock(), VirtualClock(start_s=100.0)

    began_s = real.now()
    virtual.sleep(1200)
    virtual.advance(600)

    assert virtual.now() == 1900.0
    assert virtual.utc() == "2026-01-01T00:30:00.000Z"
    assert real.now() - began_s < 1


def test_a_virtual_clock_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="does not go back; wanted seconds >= 0, got -1"):
        VirtualClock().advance(-1)
