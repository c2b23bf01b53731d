"""Who waits for an environment, in the order in which they came."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from pathlib import Path
from typing import IO

from pytest_pipeline.adapters.environment_folder.locks import describe, described, locked
from pytest_pipeline.engine.site_records import Holder
from pytest_pipeline.errors import StateError


class WaitingLine:
    """A folder with one file for each who waits, locked for as long; this process has one place.

    Args:
        folder: The folder; created when somebody waits.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place: tuple[Path, IO[str]] | None = None

    def join(self, by: str) -> None:
        """Wait from now on; nothing if this process waits already.

        Raises:
            StateError: If the folder cannot be written.
        """
        if self._place is not None:
            return
        path = self._folder / f"{time.time_ns():020}-{os.getpid()}.place"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=".")
            file = os.fdopen(descriptor, "a+", encoding="utf-8")
            locked(file, fcntl.LOCK_EX)
            describe(file, by)
            # Seen by others only now: an unlocked place would count as one of somebody who died.
            Path(draft).rename(path)
        except OSError as error:
            raise StateError(f"cannot write {self._folder}: {error.strerror}") from error
        self._place = (path, file)

    def leave(self) -> None:
        """Wait no more; nothing if this process does not."""
        if self._place is None:
            return
        path, file = self._place
        self._place = None
        path.unlink(missing_ok=True)
        file.close()

    def ahead(self) -> Holder | None:
        """Return who came first of those who wait longer than this process; None for nobody."""
        for path in sorted(self._folder.glob("*.place")):
            if self._place is not None and path == self._place[0]:
                return None
            holder = _alive(path)
            if holder is not None:
                return holder
        return None


def _alive(path: Path) -> Holder | None:
    """Return who waits there; None, and the file is gone, when nobody does any more."""
    try:
        with path.open(encoding="utf-8") as file:
            if not locked(file, fcntl.LOCK_SH):
                return described(file)
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        pass
    return None
