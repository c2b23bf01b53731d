"""Ends processes: SIGTERM, a grace period, SIGKILL, until nothing is found any more."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from typing import Protocol

from pytest_pipeline.adapters.processes.table import Seen, running

#: Longest wait for processes to vanish after SIGKILL; only a stuck system call takes this long.
KILL_S = 3.0
_PAUSE_S = 0.02

Find = Callable[[], Sequence[Seen]]


class Ticks(Protocol):
    """The part of the clock port that waiting needs."""

    def now(self) -> float:
        """Return seconds on the monotonic clock."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let at least this long pass."""
        ...


def end(find: Find, *, clock: Ticks, grace_s: float) -> tuple[Seen, ...]:
    """End what ``find`` finds, and what those start meanwhile.

    Args:
        find: Looks into the process table; called again until it finds nothing.
        clock: Time.
        grace_s: Time between SIGTERM and SIGKILL, seconds, >= 0.

    Returns:
        Every process that was signalled; empty when nothing ran.
    """
    asked = _send_until_gone(find, signal.SIGTERM, clock=clock, timeout_s=grace_s)
    killed = _send_until_gone(find, signal.SIGKILL, clock=clock, timeout_s=KILL_S)
    return tuple({seen.identity: seen for seen in (*asked, *killed)}.values())


def _send_until_gone(
    find: Find, number: signal.Signals, *, clock: Ticks, timeout_s: float
) -> list[Seen]:
    """Signal each process found once; look again only when all of them are gone."""
    deadline = clock.now() + timeout_s
    signalled: list[Seen] = []
    while left := [seen for seen in find() if running(seen.identity)]:
        signalled += left
        _send(left, number)
        while (left := [seen for seen in left if running(seen.identity)]) and (
            clock.now() < deadline
        ):
            clock.sleep(_PAUSE_S)
        if clock.now() >= deadline:
            break
    return signalled


def _send(members: Sequence[Seen], number: signal.Signals) -> None:
    """Signal whole groups where their leader is a member, else single processes: each once."""
    heads = {seen.identity.pid for seen in members if seen.group == seen.identity.pid}
    for pid in heads:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)
    for seen in members:
        if seen.group not in heads and running(seen.identity):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(seen.identity.pid, number)
