"""Where a folder is in its repository."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline.adapters.git_history.commands import asked


def place_in_repository(root: Path) -> str:
    """Return a folder's path below the top of its git work tree; empty for the top, or for none.

    Raises:
        BaselineError: If git cannot be asked.
    """
    return (asked(root, "rev-parse", "--show-prefix") or "").rstrip("/")
