"""Keeps the files of a service root as they were, so that its tests can be run later."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from pytest_pipeline.adapters.source_tree.content import content_digest
from pytest_pipeline.adapters.source_tree.listing import list_folder
from pytest_pipeline.domain.path_names import read_path, write_path
from pytest_pipeline.domain.revisions import Revision, tree_digest
from pytest_pipeline.errors import SourceError, StateError, SuiteError

#: Suites of an environment that are kept beside those that must not be deleted; count.
KEPT = 3
_FILES, _INDEX = "files", "revision.json"
_SHOWN = 3


class KeptSuites:
    """Implements `engine.ports.SuiteStore` with a folder for each revision.

    What lies outside of the service root (`inputs` above it) is not kept.

    Args:
        root: The service root.
        folder: Where suites are kept; made when the first one is.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self._folder = folder

    def keep(self, environment: str, revision: Revision, *, spare: Collection[str]) -> None:
        """Keep the files of the revision at hand; see the port."""
        place = self._place(environment, revision.tree)
        try:
            if place.exists():
                os.utime(place)
            else:
                self._copy(revision, place)
            self._delete_old(place.parent, {revision.tree, *spare})
        except OSError as error:
            raise StateError(
                f"cannot keep the tests of this revision in {place}: {error}; make room, or the "
                "folder writable"
            ) from error

    def find(self, environment: str, tree: str) -> Path:
        """Return the folder that holds the files of a revision; see the port."""
        place = self._place(environment, tree)
        if not place.exists():
            raise SuiteError(f"they were not kept for {environment}: there is no {place}")
        altered = _altered(place, tree)
        if altered:
            more = f", … (+{len(altered) - _SHOWN} more)" if len(altered) > _SHOWN else ""
            raise SuiteError(
                f"they were altered since they were kept: {', '.join(altered[:_SHOWN])}{more} in "
                f"{place}"
            )
        return place / _FILES

    def _place(self, environment: str, tree: str) -> Path:
        return self._folder / environment / tree.removeprefix("sha256:")

    def _copy(self, revision: Revision, place: Path) -> None:
        """Copy into a folder beside its place, which it takes only when it is whole."""
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=place.parent))
        try:
            for name in _inside(revision.files):
                _copy_file(self._root / read_path(name), draft / _FILES / read_path(name))
            index = json.dumps(dict(revision.files), sort_keys=True)
            (draft / _INDEX).write_text(index, encoding="utf-8")
            changed = _altered(draft, revision.tree)
            if changed:
                raise SourceError(
                    f"the source changed during the run: {', '.join(changed[:_SHOWN])}; start again"
                )
            draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _delete_old(self, folder: Path, needed: Collection[str]) -> None:
        names = {each.removeprefix("sha256:") for each in needed}
        others = [each for each in folder.iterdir() if each.name not in names]
        others.sort(key=lambda each: each.stat().st_mtime, reverse=True)
        for each in others[KEPT:]:
            shutil.rmtree(each, ignore_errors=True)


def _inside(files: Mapping[str, str]) -> list[str]:
    return [name for name in files if not name.startswith("../")]


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not source.is_symlink() and not source.is_file():
        return  # gone since it was listed: found out when all is compared
    shutil.copy2(source, target, follow_symlinks=False)


def _altered(place: Path, tree: str) -> list[str]:
    """Return the paths that are not as the revision had them, or that it did not have."""
    try:
        files: dict[str, str] = json.loads((place / _INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [_INDEX]
    if tree_digest(files) != tree:
        return [_INDEX]
    folder = place / _FILES
    wanted = _inside(files)
    found = {write_path(each) for each in list_folder(folder, None)}
    differing = {
        name for name in wanted if content_digest(str(folder / read_path(name))) != files[name]
    }
    return sorted(differing | (found - set(wanted)))
