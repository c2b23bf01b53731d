"""Writes a folder that is handed over; its index last, so that half a folder is seen as one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pytest_pipeline.adapters.evidence_files.plain_files import (
    copy_entry,
    unwritable,
    write_durably,
)
from pytest_pipeline.domain.folder_entries import Entry
from pytest_pipeline.errors import ConfigError, StateError


class DiskExport:
    """The `ExportFolder` of the file system.

    Args:
        source: The state folder.
        target: The folder that is handed over.
        index: Name of the index.
    """

    def __init__(self, source: Path, target: Path, *, index: str = "index.json") -> None:
        self._source = source.absolute()
        self._target = target.absolute()
        self._index = index

    def prepare(self) -> None:
        """Demand a new or empty folder; see the port."""
        try:
            if self._target.is_symlink() or (self._target.exists() and not self._target.is_dir()):
                raise ConfigError(f"{self._target} is no folder: name a new or empty one")
            if self._target.is_dir() and any(self._target.iterdir()):
                raise ConfigError(
                    f"{self._target} is not empty: name a new or empty folder, or delete this one"
                )
            self._target.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self._target, error) from error

    def copy(self, entries: Iterable[Entry]) -> None:
        """Copy what was looked at in the state folder; see the port."""
        for each in entries:
            try:
                copy_entry(each, self._source, self._target)
            except OSError as error:
                raise StateError(
                    f"cannot copy {each.path} to {self._target}: {error.strerror}; make the folder "
                    "writable and see to free space"
                ) from error

    def complete(self, index: str) -> None:
        """Write the index; see the port."""
        write_durably(self._target / ".gitignore", "*\n")
        write_durably(self._target / self._index, index)
