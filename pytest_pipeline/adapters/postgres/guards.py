"""What this adapter needs of whoever starts processes, beyond the port."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pytest_pipeline.engine.ports import Processes


class Guards(Processes, Protocol):
    """Starts processes, and cleans up when the owner dies."""

    def guard_folder(self, path: Path, /, *, keep: bool = False) -> None:
        """Have a folder deleted when the owner dies; it need not exist yet.

        With ``keep`` only until `hand_over`.
        """
        ...

    def forget_folder(self, path: Path, /) -> None:
        """Take back `guard_folder`; nothing if it was not guarded."""
        ...

    def guard_container(self, container: str, /, *, keep: bool = False) -> None:
        """Have a container, by name or id, removed when the owner dies; it need not exist yet.

        With ``keep`` only until `hand_over`.
        """
        ...

    def forget_container(self, container: str, /) -> None:
        """Take back `guard_container`; nothing if it was not guarded."""
        ...
