"""Holds Ctrl-C back while something must not be broken in half."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_HELD = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def held_signals() -> Iterator[None]:
    """Let SIGINT and SIGTERM take effect at the end of the block only.

    In another thread than the main one it does nothing: signals are not delivered there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[tuple[int, FrameType | None]] = []

    def note(number: int, frame: FrameType | None) -> None:
        arrived.append((number, frame))

    before = {each: signal.signal(each, note) for each in _HELD if _is_handled(each)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    for number, frame in arrived[:1]:
        handler = before[signal.Signals(number)]
        assert callable(handler)  # noqa: S101 - others were not replaced
        handler(number, frame)


def _is_handled(number: signal.Signals) -> bool:
    """Return whether Python handles the signal: what ends the process at once, still does."""
    return callable(signal.getsignal(number))
