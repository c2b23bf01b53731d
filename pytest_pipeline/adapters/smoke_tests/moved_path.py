"""Where a kept suite finds its own modules: before those of the service root as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def moved_path(folders: Iterable[str], root: Path, suite: Path) -> list[str]:
    """Return the folders of a suite that stand for those of the service root on ``sys.path``.

    Args:
        folders: ``sys.path`` of this process: editable installations are on it as well.
        root: The service root, absolute.
        suite: Folder of the suite, which holds what the service root held.
    """
    inside = [Path(each) for each in folders if each and Path(each).is_relative_to(root)]
    moved = (suite / each.relative_to(root) for each in inside)
    return list(dict.fromkeys(str(each) for each in moved if each.is_dir()))
