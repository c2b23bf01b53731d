"""Deletes files of the state folder, and the folders of shards that are empty then."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pytest_pipeline.adapters.evidence_files.unfinished import sweep
from pytest_pipeline.domain.path_names import read_path
from pytest_pipeline.errors import StateError

#: Folders that hold files of many revisions stay, as somebody may be about to write there: names on
#: the way to a file in one of them, its own included, at most; count.
_SHARED = 3


class DiskPruning:
    """The `PrunedFolder` of the file system.

    Args:
        state: The state folder.
    """

    def __init__(self, state: Path) -> None:
        self._state = state.absolute()

    def delete(self, paths: Sequence[str]) -> None:
        """Delete files, in this order; see the port."""
        sweep(self._state)
        for each in paths:
            path = self._state / read_path(each)
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise StateError(
                    f"cannot delete {path}: {error.strerror}; make its folder writable for you"
                ) from error
            if len(path.relative_to(self._state).parts) > _SHARED:
                with suppress(OSError):  # there is more in it
                    path.parent.rmdir()
