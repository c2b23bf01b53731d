"""The ports to folders that are written: one that is handed over, and the one that takes it in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pytest_pipeline.domain.folder_entries import Entry


@dataclass(frozen=True)
class Arrival:
    """A file that is taken in.

    Attributes:
        entry: What was found, and checked.
        folder: The folder that it was found in.
        replaces: Whether it may take the place of another content.
    """

    entry: Entry
    folder: Path
    replaces: bool = False


class ExportFolder(Protocol):
    """A folder that is handed over."""

    def prepare(self) -> None:
        """Make the folder.

        Raises:
            ConfigError: If there is something in it already.
            StateError: If it cannot be written.
        """
        ...

    def copy(self, entries: Iterable[Entry]) -> None:
        """Copy files of the state folder.

        Raises:
            EvidenceError: If one is no longer what was found.
            StateError: If one cannot be copied.
        """
        ...

    def complete(self, index: str) -> None:
        """Write the index, last; the folder is complete when the call returns.

        Raises:
            StateError: If it cannot be written.
        """
        ...


class MergedFolder(Protocol):
    """The state folder, as it takes files in."""

    def take(self, arrivals: Sequence[Arrival]) -> None:
        """Take files in, in this order; each appears whole or not at all.

        What fails takes back what it took in. What is killed leaves whole files, the first ones.

        Raises:
            EvidenceError: If a file is no longer what was found, or its place was taken meanwhile.
            StateError: If one cannot be written.
        """
        ...
