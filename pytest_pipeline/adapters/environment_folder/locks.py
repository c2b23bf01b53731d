"""Locks of environments: files that the system unlocks when their holder ends, however."""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pytest_pipeline.engine.site_records import Holder
from pytest_pipeline.errors import StateError

#: How often one tries to lock what others only look at, and the time between, seconds.
_TRIES = 50
_TRY_AGAIN_S = 0.01


@dataclass(frozen=True)
class Lock:
    """A file that this process has locked."""

    file: IO[str]

    def release(self) -> None:
        """Unlock it."""
        self.file.close()


class Locks:
    """Locks in a folder, one a name.

    Args:
        folder: The folder; created with the first lock.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str, *, by: str) -> Lock | None:
        """Lock a name for this process; None when somebody has it.

        Raises:
            StateError: If the folder cannot be written.
        """
        path = self._path(name)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = path.open("a+", encoding="utf-8")
        except OSError as error:
            raise StateError(f"cannot write {path}: {error.strerror}") from error
        if not _locked_for_oneself(file):
            file.close()
            return None
        describe(file, by)
        return Lock(file)

    def holder(self, name: str) -> Holder | None:
        """Return who has locked a name; None for nobody."""
        try:
            with self._path(name).open(encoding="utf-8") as file:
                return None if locked(file, fcntl.LOCK_SH) else described(file)
        except FileNotFoundError:
            return None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"


def locked(file: IO[str], kind: int) -> bool:
    """Lock a file, unless another has it; return whether it is locked now."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _locked_for_oneself(file: IO[str]) -> bool:
    """Lock a file; whoever only looks who has it is waited for, whoever has it is not."""
    for _ in range(_TRIES):
        if locked(file, fcntl.LOCK_EX):
            return True
        if not locked(file, fcntl.LOCK_SH):
            return False
        fcntl.flock(file, fcntl.LOCK_UN)
        time.sleep(_TRY_AGAIN_S)  # noqa: TID251 - other processes' moment, on no clock of ours
    return False


def describe(file: IO[str], by: str) -> None:
    """Write down who has a file."""
    since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    file.truncate(0)
    file.write(json.dumps(asdict(Holder(by, os.getpid(), since))))
    file.flush()


def described(file: IO[str]) -> Holder:
    """Return who has a file, as it was written down."""
    file.seek(0)
    try:
        return Holder(**json.loads(file.read()))
    except (ValueError, TypeError):  # just being written, or by another version
        return Holder("another command", 0, "a moment ago")
