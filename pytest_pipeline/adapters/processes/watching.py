"""What a guardian does: wait for the end of its owner, then clean up."""

from __future__ import annotations

import os
import select
import selectors
import time
from pathlib import Path

from pytest_pipeline.adapters.processes.belongings import belongings_from_json
from pytest_pipeline.adapters.processes.cleaning import clean
from pytest_pipeline.adapters.processes.records import remove_record

#: Line by which an owner says that it has cleaned up itself.
LEAVE = b"leave"
#: Time between SIGTERM and SIGKILL for processes of a dead owner: all must be over within 5 s.
GRACE_S = 1.5
_LOOK_S = 1.0
_STDIN = 0


class _Ticks:
    """Time, without the other adapters."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        select.select([], [], [], seconds)


def watch(*, owner: int, records: str | None) -> None:
    """Read what the owner has until the pipe breaks, then end all of it.

    A forked child of the owner may hold the pipe open, so the owner is looked at as well.

    Args:
        owner: Number of the owner's process, the parent of this one.
        records: Folder of the owner's record; None for none.
    """
    last = _last_line(owner)
    if last is None or last == LEAVE:
        return
    belongings = belongings_from_json(last)
    cleaned = clean(belongings, clock=_Ticks(), grace_s=GRACE_S)
    if records and cleaned.complete:
        remove_record(Path(records), belongings.token)


def _last_line(owner: int) -> bytes | None:
    """Return the last whole line that the owner wrote in its life; None for none."""
    pending, last = b"", None
    with selectors.DefaultSelector() as selector:
        selector.register(_STDIN, selectors.EVENT_READ)
        while last != LEAVE:
            orphaned = os.getppid() != owner
            if not selector.select(0 if orphaned else _LOOK_S):
                if orphaned:
                    break
                continue
            chunk = os.read(_STDIN, 65536)
            if not chunk:
                break
            *lines, pending = (pending + chunk).split(b"\n")
            last = lines[-1] if lines else last
    return last
