"""Processes that give way while they start: those that serve have the processor first.

Instances that start take all the processor that they are given, for seconds, and several start at
once. On the machine that serves meanwhile they would delay every request by their share.

Linux divides the processor among sessions first (sched(7), "The autogroup feature"), and each
process that is started here leads a session. Unlike the nice value of a process, that of a session
may be lowered again by its owner. Where sessions are not told apart, nothing happens.
"""

from __future__ import annotations

import errno
from pathlib import Path

from pytest_pipeline.engine.ports import Clock

#: A third of the processor that a session of full share gets beside it.
_YIELDING = 5
#: The kernel takes one change in 100 ms from users who may not administer the machine.
_TRIES = 20
_PAUSE_S = 0.02


def give_way(pid: int) -> None:
    """Let the session that a process leads have less of the processor."""
    _write(pid, _YIELDING)  # once: that a start delays others a little is no reason to wait


def take_full_share(pid: int, *, clock: Clock) -> None:
    """Let the session of a process have as much of the processor as any other, if it has not."""
    for _ in range(_TRIES):
        if not _gives_way(pid) or _write(pid, 0):
            return
        clock.sleep(_PAUSE_S)


def _gives_way(pid: int) -> bool:
    try:
        said = _file(pid).read_text(encoding="ascii")  # "/autogroup-138364 nice 5"
    except OSError:
        return False
    return said.split()[-1:] == [str(_YIELDING)]


def _write(pid: int, nice: int) -> bool:
    """Return whether it need not be tried again."""
    try:
        _file(pid).write_text(str(nice), encoding="ascii")
    except OSError as error:
        return error.errno != errno.EAGAIN
    return True


def _file(pid: int) -> Path:
    return Path("/proc") / str(pid) / "autogroup"
