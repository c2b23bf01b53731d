"""Reads the revision of a service root."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pytest_pipeline.adapters.source_tree import git
from pytest_pipeline.adapters.source_tree.content import content_digest
from pytest_pipeline.adapters.source_tree.listing import list_folder, written_by_tools
from pytest_pipeline.domain.path_names import write_path
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.errors import SourceError


class DiskSourceTree:
    """The `SourceTree` of files on disk, in a git work tree or not.

    A declared input that is a link counts as what it leads to. The revision is dirty as soon as
    one file that counts could not be had from the commit.
    """

    def revision(self, root: Path, *, inputs: Sequence[str], excluded: Sequence[Path]) -> Revision:
        """Read commit and content; see the port."""
        root = Path(os.path.realpath(root))
        if not root.is_dir():
            raise SourceError(f"the service root {root} is not a folder")
        top = git.top_of_work_tree(root)
        left_out = _LeftOut(excluded)
        places = [root, *(_input(root, each) for each in inputs)]
        files = {
            write_path(key): digest
            for key, path in _paths(root, places)
            if not left_out.covers(path) and (digest := content_digest(path)) is not None
        }
        commit = git.head(root) if top else None
        dirty = top is None or commit is None or _differs(top, places, left_out)
        return Revision(commit, dirty, files)


class _LeftOut:
    """The paths that the tool was told to write, and all below them."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(
            os.path.join(os.path.realpath(path.parent), path.name)  # noqa: PTH118
            for path in map(Path.absolute, paths)
        )

    def covers(self, path: str) -> bool:
        return any(path == each or path.startswith(each + os.sep) for each in self._paths)


def _input(root: Path, written: str) -> Path:
    path = Path(os.path.normpath(root / written))
    if not path.exists():
        raise SourceError(
            f"the input {written!r} does not exist: {path}; create it, or take it out of `inputs`"
        )
    return path


def _paths(root: Path, places: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield every path that may count, as its key in the revision and as absolute path."""
    linked = {str(place) for place in places if place.is_symlink()}
    for place in places:
        if place.is_file():
            yield (
                os.path.relpath(place, root),
                os.path.realpath(place) if str(place) in linked else str(place),
            )
            continue
        for name in list_folder(place, git.top_of_work_tree(Path(os.path.realpath(place)))):
            path = f"{place}/{name}"
            if path in linked:
                continue  # counts as what it leads to, under its own key
            yield name if place == root else os.path.relpath(path, root), path


def _differs(top: Path, places: Sequence[Path], left_out: _LeftOut) -> bool:
    inside = [place for place in places if place.is_relative_to(top) and not place.is_symlink()]
    if len(inside) < len(places) or any(_unknown_to_git(each) for each in inside):
        return True
    return any(
        not left_out.covers(str(path))
        and not written_by_tools(path.relative_to(top).as_posix(), is_tracked=status != "??")
        for status, path in git.changed(top, inside)
    )


def _unknown_to_git(place: Path) -> bool:
    """Return whether git tracks nothing there: it ignores the place, or never saw it."""
    if place.is_dir():
        return not any(git.tracked(place))
    return place.name not in git.tracked(place.parent)
