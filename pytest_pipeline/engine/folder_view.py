"""The port to a folder of evidence that is looked at, and believed in nothing."""

from __future__ import annotations

from typing import Protocol

from pytest_pipeline.domain.folder_entries import Entry


class FolderView(Protocol):
    """Reads a folder; follows no link, and changes nothing."""

    def entries(self) -> tuple[Entry, ...]:
        """Return everything in the folder, sorted by path.

        Raises:
            StateError: If the folder cannot be read.
        """
        ...

    def content(self, path: str) -> bytes:
        """Return the content of a file.

        Args:
            path: As its entry has it.

        Raises:
            StateError: If it is no file, or cannot be read.
        """
        ...
