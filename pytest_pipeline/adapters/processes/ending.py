"""Ends processes: SIGTERM, a grace period, SIGKILL, until nothing is found any more."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pytest_pipeline.adapters.processes.table import Seen, running

#: Longest wait for processes to vanish after SIGKILL; only a stuck system call takes this long.
KILL_S = 3.0
_PAUSE_S = 0.005

Find = Callable[[], Sequence[Seen]]


class Ticks(Protocol):
    """The part of the clock port that waiting needs."""

    def now(self) -> float:
        """Return seconds on the monotonic clock."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let at least this long pass."""
        ...


@dataclass(frozen=True)
class Ended:
    """What was ended.

    Attributes:
        signalled: Every process that was signalled; empty when nothing ran.
        lasted_s: From the first signal to the last look that found one of them alive, seconds.
    """

    signalled: tuple[Seen, ...]
    lasted_s: float


def end(find: Find, *, clock: Ticks, grace_s: float) -> Ended:
    """End what ``find`` finds, and what those start meanwhile.

    Args:
        find: Looks into the process table; called again until it finds nothing.
        clock: Time.
        grace_s: Time between SIGTERM and SIGKILL, seconds, >= 0.
    """
    asked = _send_until_gone(find, signal.SIGTERM, clock=clock, timeout_s=grace_s)
    killed = _send_until_gone(find, signal.SIGKILL, clock=clock, timeout_s=KILL_S)
    signalled = {seen.identity: seen for seen in (*asked.signalled, *killed.signalled)}
    return Ended(tuple(signalled.values()), asked.lasted_s + killed.lasted_s)


def _send_until_gone(
    find: Find, number: signal.Signals, *, clock: Ticks, timeout_s: float
) -> Ended:
    """Signal each process found once; look again only when all of them are gone."""
    deadline = clock.now() + timeout_s
    signalled: list[Seen] = []
    lasted_s = 0.0
    while left := [seen for seen in find() if running(seen.identity)]:
        signalled += left
        sent_s = alive_s = clock.now()
        _send(left, number)
        while left := [seen for seen in left if running(seen.identity)]:
            alive_s = clock.now()
            if alive_s >= deadline:
                break
            clock.sleep(_PAUSE_S)
        lasted_s += alive_s - sent_s
        if clock.now() >= deadline:
            break
    return Ended(tuple(signalled), lasted_s)


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
