"""Waits for conditions, never for a while."""

from __future__ import annotations

from collections.abc import Callable

from pytest_pipeline.adapters.system_clock import SystemClock

_CLOCK = SystemClock()
_PAUSE_S = 0.02


def becomes_true(
    condition: Callable[[], object], *, within_s: float, pause_s: float = _PAUSE_S
) -> bool:
    """Return whether a condition holds before the time is over.

    Args:
        condition: Asked again and again.
        within_s: Longest wait, seconds.
        pause_s: Time between two questions, seconds, >= 0.
    """
    deadline = _CLOCK.now() + within_s
    while not condition():
        if _CLOCK.now() > deadline:
            return False
        _CLOCK.sleep(pause_s)
    return True


def pause(seconds: float) -> None:
    """Let a moment pass whose length is what the test is about."""
    _CLOCK.sleep(seconds)


def now_s() -> float:
    """Return seconds on the monotonic clock."""
    return _CLOCK.now()
