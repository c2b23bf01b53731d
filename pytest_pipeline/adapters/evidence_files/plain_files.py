"""Reads and copies regular files, never through a link."""

from __future__ import annotations

import hashlib
import os
from io import BufferedReader
from pathlib import Path

from pytest_pipeline.domain.folder_entries import Entry, EntryKind
from pytest_pipeline.domain.path_names import read_path
from pytest_pipeline.errors import EvidenceError, StateError

_CHUNK = 1 << 20
_PLAIN = 0o644
_EXECUTABLE = 0o755
_READ_ONLY = 0o444
_READ_ONLY_EXECUTABLE = 0o555


def open_plain(path: Path) -> BufferedReader:
    """Open a regular file for reading.

    Raises:
        OSError: If it cannot be read, or is a link.
    """
    # Without NONBLOCK a pipe that took the file's place would be waited for.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags), "rb")


def copy_entry(entry: Entry, source: Path, target: Path, *, read_only: bool = False) -> None:
    """Copy what was looked at to another folder, where nothing of its name may be yet.

    Args:
        entry: What was found in the source.
        source: The folder that it was found in.
        target: The folder that it goes to.
        read_only: Whether the copy cannot be written, as artifacts are.

    Raises:
        EvidenceError: If it is no longer what was found.
        OSError: If it cannot be copied.
    """
    name = read_path(entry.path)
    if os.path.isabs(name) or ".." in Path(name).parts:  # noqa: PTH117 - a text
        raise EvidenceError(f"{entry.path!r} leads out of {source}: nothing was written")
    to = target / name
    to.parent.mkdir(parents=True, exist_ok=True)
    digest = (
        _copy_link(source / name, to) if entry.kind is EntryKind.LINK else _copy(source / name, to)
    )
    if digest != entry.digest:
        raise EvidenceError(
            f"{source / name} was changed while it was read: wait until nothing writes to "
            f"{source}, and try again"
        )
    if entry.kind is EntryKind.FILE:
        to.chmod(_mode(executable=entry.executable, read_only=read_only))


def write_durably(path: Path, text: str) -> None:
    """Write a file that must not be there yet; durable when the call returns.

    Raises:
        StateError: If it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> StateError:
    """Return the error of a place that cannot be written."""
    return StateError(
        f"cannot write {path}: {error.strerror}; make the folder writable and see to free space"
    )


def _copy(source: Path, target: Path) -> str:
    found = hashlib.sha256()
    with open_plain(source) as file, target.open("xb") as copy:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return "sha256:" + found.hexdigest()


def _copy_link(source: Path, target: Path) -> str:
    text = source.readlink()
    target.symlink_to(text)
    return "sha256:" + hashlib.sha256(os.fsencode(text)).hexdigest()


def _mode(*, executable: bool, read_only: bool) -> int:
    if read_only:
        return _READ_ONLY_EXECUTABLE if executable else _READ_ONLY
    return _EXECUTABLE if executable else _PLAIN
