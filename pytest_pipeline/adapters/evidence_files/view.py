"""Looks at a folder without believing it: no link is followed, nothing is changed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from pytest_pipeline.adapters.evidence_files.plain_files import open_plain
from pytest_pipeline.adapters.evidence_files.unfinished import IMPORTING, WRITING
from pytest_pipeline.domain.folder_entries import Entry, EntryKind
from pytest_pipeline.domain.path_names import read_path, write_path
from pytest_pipeline.errors import StateError

#: Beyond this many nothing more is read; whoever looks refuses the folder.
_MOST_ENTRIES = 100_001


class DiskFolder:
    """The `FolderView` of a folder.

    Args:
        folder: The folder.
        skipped: Names directly in it that are not looked at. Only a state folder has some; in it
            what was half written when somebody was killed is not looked at either.
        most_bytes: Files that are larger are not read, bytes; those below `large` are.
        large: Name directly in it below which files may have any size.
    """

    def __init__(
        self,
        folder: Path,
        *,
        skipped: Collection[str] = (),
        most_bytes: int = 1 << 30,
        large: str = "artifacts",
    ) -> None:
        self._folder = folder.absolute()
        self._skipped = frozenset(skipped)
        self._most_bytes = most_bytes
        self._large = large

    def entries(self) -> tuple[Entry, ...]:
        """Return everything in the folder; see the port."""
        found: list[Entry] = []
        try:
            for path in self._walk():
                found.append(self._entry(path))
                if len(found) >= _MOST_ENTRIES:
                    break
        except OSError as error:
            raise _unreadable(error.filename or self._folder, error) from error
        return tuple(sorted(found, key=lambda each: each.path))

    def content(self, path: str) -> bytes:
        """Return the content of a file; see the port."""
        place = self._folder / read_path(path)
        try:
            with open_plain(place) as file:
                return file.read()
        except OSError as error:
            raise _unreadable(place, error) from error

    def _walk(self) -> Iterator[Path]:
        def refuse(error: OSError) -> None:
            raise error

        for place, folders, names in os.walk(self._folder, onerror=refuse):
            here = Path(place)
            skipped = self._skipped if here == self._folder else frozenset()
            folders[:] = [each for each in folders if each not in skipped]
            links = [each for each in folders if (here / each).is_symlink()]
            found = [here / each for each in (*names, *links) if each not in skipped]
            yield from (each for each in found if not self._half_written(each))

    def _half_written(self, path: Path) -> bool:
        inside = path.relative_to(self._folder).parts
        if not self._skipped or inside[0] == self._large:
            return False
        return inside[0].startswith(IMPORTING) or inside[-1].startswith(WRITING)

    def _entry(self, path: Path) -> Entry:
        name = write_path(os.path.relpath(path, self._folder).replace(os.sep, "/"))
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            text = os.fsencode(path.readlink())
            digest = "sha256:" + hashlib.sha256(text).hexdigest()
            return Entry(name, EntryKind.LINK, len(text), digest)
        if not stat.S_ISREG(found.st_mode):
            return Entry(name, EntryKind.OTHER, found.st_size, "")
        if found.st_size > self._most_bytes and not name.startswith(f"{self._large}/"):
            return Entry(name, EntryKind.FILE, found.st_size, "")
        with open_plain(path) as file:
            digest = "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
        executable = bool(found.st_mode & stat.S_IXUSR)
        return Entry(name, EntryKind.FILE, found.st_size, digest, executable)


def _unreadable(path: object, error: OSError) -> StateError:
    return StateError(f"cannot read {path}: {error.strerror}; make it readable for you")
