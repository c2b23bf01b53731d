"""The journal in files of JSON lines."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from pytest_pipeline.errors import StateError

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class FileJournal:
    """The `Journal` of a folder: one file a deployment, one line an entry.

    An entry counts once its line ends: one that a crash tore was never acknowledged, is left out
    on reading and cut off by the next ``append``.

    Args:
        folder: Where; made with the first entry.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    def append(self, deployment: str, entry: Mapping[str, object]) -> None:
        """Write an entry; returns when it is on disk."""
        line = json.dumps(dict(entry), separators=(",", ":")).encode() + b"\n"
        path = self._path(deployment)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            is_new = not path.exists()
            with path.open("a+b") as file:
                _cut_torn_line(file)
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                _sync_folder(self._folder)
        except OSError as error:
            raise StateError(
                f"cannot write the journal {path}: {error.strerror}; make the folder writable "
                "and see to free space"
            ) from error

    def read(self, deployment: str) -> tuple[Mapping[str, object], ...]:
        """Return the entries of a deployment in order; a torn last one is left out.

        Raises:
            StateError: If the journal cannot be read, or was altered.
        """
        path = self._path(deployment)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StateError(
                f"cannot read the journal {path}: {error.strerror}; make it readable"
            ) from error
        lines = content.split(b"\n")[:-1]
        return tuple(_entry(path, number, line) for number, line in enumerate(lines, start=1))

    def _path(self, deployment: str) -> Path:
        if not _NAME.fullmatch(deployment):
            raise StateError(f"{deployment!r} cannot name a journal: wanted letters, digits, ._-")
        return self._folder / f"{deployment}.jsonl"


def _entry(path: Path, number: int, line: bytes) -> Mapping[str, object]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise StateError(
            f"{path}:{number} is not a journal entry: {error}; the file was altered, so look "
            "yourself what still runs (`pytest-pipeline status`), then delete it"
        ) from error
    if not isinstance(entry, dict):
        raise StateError(f"{path}:{number} is not a journal entry: wanted a JSON object")
    return entry


def _cut_torn_line(file: BinaryIO) -> None:
    size_bytes = file.seek(0, os.SEEK_END)
    if size_bytes == 0:
        return
    file.seek(size_bytes - 1)
    if file.read(1) != b"\n":
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
