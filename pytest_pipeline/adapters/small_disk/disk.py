"""Disks of drills: one in memory, and the absence of one."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from pytest_pipeline.adapters.small_disk import system_calls
from pytest_pipeline.errors import StateError

#: Room for logs and records of a whole drill; taken from memory only while it is used.
SIZE_BYTES = 48 * 2**20
_BALLAST = "ballast"
_CHUNKS = (2**20, 2**12, 1)


class TmpfsDisk:
    """A file system in memory, mounted on a folder; a context manager that mounts and unmounts.

    Args:
        folder: Where; made if missing.
        size_bytes: Its size, bytes, > 0.
    """

    def __init__(self, folder: Path, *, size_bytes: int = SIZE_BYTES) -> None:
        self.folder = folder
        self.missing = ""
        self._size_bytes = size_bytes

    def __enter__(self) -> Self:
        """Mount it.

        Raises:
            StateError: If the system refuses.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            system_calls.mount_tmpfs(self.folder, size_bytes=self._size_bytes)
        except OSError as error:
            raise StateError(f"cannot mount a small disk at {self.folder}: {error}") from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Unmount it with all that is on it."""
        with contextlib.suppress(OSError):
            system_calls.unmount(self.folder)

    def fill(self) -> None:
        """Leave no byte free.

        Raises:
            StateError: If that cannot be done.
        """
        try:
            with (self.folder / _BALLAST).open("wb", buffering=0) as file:
                for size in _CHUNKS:
                    _write_until_full(file.fileno(), bytes(size))
        except OSError as error:
            raise StateError(f"cannot fill the small disk at {self.folder}: {error}") from error

    def free(self) -> None:
        """Take away what `fill` wrote."""
        (self.folder / _BALLAST).unlink(missing_ok=True)

    def litter(self) -> tuple[str, ...]:
        """Return what `fill` wrote and is still there, by name."""
        return tuple(f"file {each.name}" for each in self.folder.glob(_BALLAST))


class NoDisk:
    """An ordinary folder in the place of a small disk.

    Args:
        folder: The folder; made if missing.
        missing: Why there is no small disk, for people.
    """

    def __init__(self, folder: Path, missing: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.missing = missing

    def fill(self) -> None:
        """Refuse: a disk that others use is never filled.

        Raises:
            StateError: Always.
        """
        raise StateError(self.missing)

    def free(self) -> None:
        """Do nothing."""

    def litter(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()


def _write_until_full(file: int, chunk: bytes) -> None:
    """Write a chunk again and again, until not even a part of it finds room.

    Raises:
        OSError: If it fails for another reason.
    """
    try:
        while os.write(file, chunk):
            pass
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
