"""Walks the folders that pytest would enter."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Collection, Iterator
from pathlib import Path


def walk_files(starts: Collection[Path], skipped: Collection[str]) -> Iterator[Path]:
    """Yield the files in the folders that pytest would enter."""
    for start in starts:
        if start.is_file():
            yield start
        for folder, subfolders, names in os.walk(start):
            subfolders[:] = [
                each for each in sorted(subfolders) if not _is_skipped(Path(folder, each), skipped)
            ]
            for name in sorted(names):
                yield Path(folder, name)


def _is_skipped(folder: Path, patterns: Collection[str]) -> bool:
    return (
        folder.name == "__pycache__"
        or (folder / "pyvenv.cfg").is_file()
        or matches(folder, patterns)
    )


def matches(path: Path, patterns: Collection[str]) -> bool:
    """Return whether a path matches patterns as pytest reads them: of the name, or with a slash."""
    return any(
        fnmatch.fnmatch(str(path) if "/" in pattern else path.name, pattern) for pattern in patterns
    )
