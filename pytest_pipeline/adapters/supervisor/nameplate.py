"""The file that a supervisor has locked as long as it lives; it says how things stand."""

from __future__ import annotations

import contextlib
import fcntl
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

#: How often one tries to lock a nameplate at which others only look, and the time between, seconds.
_TRIES = 50
_TRY_AGAIN_S = 0.02


def path_of(folder: Path, environment: str) -> Path:
    """Return the path of the nameplate of an environment's supervisor."""
    return folder / f"{environment}.supervisor"


def claim(path: Path) -> IO[str] | None:
    """Lock a nameplate for this process; None when another supervisor has it."""
    file = path.open("a+", encoding="utf-8")
    for _ in range(_TRIES):
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        if is_locked(file):
            break
        # Whoever only looked has it locked for a moment.
        time.sleep(_TRY_AGAIN_S)  # noqa: TID251 - other processes' moment, on no clock of ours
    file.close()
    return None


def write(file: IO[str], said: Mapping[str, object]) -> None:
    """Replace what a nameplate says."""
    file.truncate(0)
    file.write(json.dumps(said))
    file.flush()


def read(path: Path) -> Mapping[str, Any] | None:
    """Return what a nameplate says; None when nobody has it locked."""
    try:
        with path.open(encoding="utf-8") as file:
            if not is_locked(file):
                return None
            said = json.loads(file.read())
            return said if isinstance(said, dict) else None
    except (FileNotFoundError, ValueError):  # a supervisor that just starts says nothing yet
        return None


def is_locked(file: IO[str]) -> bool:
    """Return whether another process has a file locked for itself."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False
