"""A folder that is only written about."""

from __future__ import annotations

from pathlib import PosixPath


class PaperFolder(PosixPath):
    """A path at which no folder is ever made; so are the paths below it."""

    def mkdir(self, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:  # noqa: FBT001, FBT002 - the base's signature
        """Make nothing."""
