"""One process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import StateError

_LOOK_AGAIN_S = 0.05


@contextmanager
def turn(lock: Path, *, clock: Clock, timeout_s: float) -> Iterator[None]:
    """Wait for the turn of this process and hold it; it ends with the process in any case.

    Raises:
        StateError: If the turn does not come within ``timeout_s`` seconds.
    """
    deadline_s = clock.now() + timeout_s
    with lock.open("ab") as file:
        while not _taken(file.fileno()):
            if clock.now() >= deadline_s:
                raise StateError(
                    f"another process has held {lock} for {timeout_s:g} s; wait until it has "
                    "installed the artifact, or end it"
                )
            clock.sleep(_LOOK_AGAIN_S)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
