"""Which files make up a folder's source."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from pytest_pipeline.adapters.source_tree import git
from pytest_pipeline.errors import SourceError

# Written by this tool or by Python itself: never source, even where somebody commits it.
_NEVER = (".pipeline", "__pycache__", "*.pyc")
# Written by common tools: not source unless git tracks it.
_TOOL_WRITTEN = (
    *_NEVER,
    ".git",
    ".venv",
    "venv",
    ".tox",
    "*.egg-info",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".coverage",
    ".coverage.*",
    "coverage.xml",
    "htmlcov",
    ".hypothesis",
    ".benchmarks",
    ".nox",
    "node_modules",
)


def list_folder(folder: Path, top: Path | None) -> Iterator[str]:
    """Yield the paths of a folder's source files and links, relative to it, ``/`` between.

    In a work tree these are what git tracks and what it neither tracks nor ignores, submodules and
    nested work trees included; elsewhere, and in a folder that git ignores as a whole, all files.
    What tools write (``written_by_tools``) is left out.

    Args:
        folder: Absolute path.
        top: Top of its work tree; None outside of any.

    Raises:
        SourceError: If git or a folder cannot be read.
    """
    if top is None:
        yield from _walk(folder)
        return
    names = set(_in_work_tree(folder))
    yield from names or _walk(folder)


def written_by_tools(name: str, *, is_tracked: bool) -> bool:
    """Return whether a path names what tools write and nobody means as source."""
    patterns = _NEVER if is_tracked else _TOOL_WRITTEN
    return any(
        part in patterns or any(fnmatchcase(part, each) for each in patterns if "*" in each)
        for part in PurePosixPath(name).parts
    )


def _in_work_tree(folder: Path) -> Iterator[str]:
    for is_tracked, names in ((True, git.tracked(folder)), (False, git.untracked(folder))):
        for name in names:
            if not written_by_tools(name, is_tracked=is_tracked):
                yield from _expand(folder, name)


def _expand(folder: Path, name: str) -> Iterator[str]:
    """Yield a path, or the files of the work tree that it stands for."""
    path = os.path.join(folder, name)  # noqa: PTH118 - thousands of paths
    if not os.path.isdir(path) or os.path.islink(path):  # noqa: PTH112, PTH114
        yield name
    elif os.path.exists(os.path.join(path, ".git")):  # noqa: PTH110, PTH118
        yield from (f"{name.rstrip('/')}/{each}" for each in _in_work_tree(Path(path)))
    # else: a tracked file whose place a folder took (git lists that folder's files itself), or a
    # submodule that was not checked out.


def _walk(folder: Path) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise SourceError(
            f"cannot read the folder {error.filename}: {error.strerror}; make it readable"
        ) from error

    for place, folders, files in os.walk(folder, onerror=refuse):
        base = os.path.relpath(place, folder)
        folders[:] = [each for each in folders if not written_by_tools(each, is_tracked=False)]
        links = [each for each in folders if os.path.islink(f"{place}/{each}")]  # noqa: PTH114
        for name in (*files, *links):
            if not written_by_tools(name, is_tracked=False):
                yield name if base == "." else f"{base}/{name}"
