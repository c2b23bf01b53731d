"""The actions that generated workflows use, done by copying folders."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tests.e2e.drills.repository import Repository


class ActionFailedError(Exception):
    """An action failed, as the one that it stands for would."""


@dataclass(frozen=True)
class Hub:
    """What jobs share.

    Attributes:
        origin: The repository.
        artifacts: A folder for each artifact of the run.
        caches: A folder for each cache, of all runs.
    """

    origin: Path
    artifacts: Path
    caches: Path

    def do(self, action: str, given: Mapping[str, str], workspace: Path) -> None:
        """Do what an action does.

        Raises:
            ActionFailedError: If it would have failed.
            KeyError: If it is none that is known.
        """
        name = action.removeprefix("actions/").partition("@")[0]
        {
            "checkout": lambda: self._check_out(given, workspace),
            "setup-python": lambda: None,  # the one that runs the tests
            "upload-artifact": lambda: self._upload(given),
            "download-artifact": lambda: self._download(given),
            "cache/restore": lambda: self._restore(given, workspace),
            "cache/save": lambda: self._save(given, workspace),
        }[name]()

    def _check_out(self, given: Mapping[str, str], workspace: Path) -> None:
        depth = [] if str(given.get("fetch-depth", 1)) == "0" else ["--depth=1"]
        url = self.origin.as_uri()  # a path would be cloned whole, whatever the depth
        Repository(workspace).git("clone", "--quiet", *depth, url, ".")

    def _upload(self, given: Mapping[str, str]) -> None:
        source, target = Path(given["path"]), self.artifacts / given["name"]
        if not source.is_dir() or not any(source.iterdir()):
            if given.get("if-no-files-found") == "error":
                raise ActionFailedError(f"no files were found at {source}")
            return
        if target.exists() and not given.get("overwrite"):
            raise ActionFailedError(f"there is an artifact {given['name']} already")
        _copy(source, target)

    def _download(self, given: Mapping[str, str]) -> None:
        if "name" in given:
            source = self.artifacts / given["name"]
            if not source.is_dir():
                raise ActionFailedError(f"there is no artifact {given['name']}")
            _copy(source, Path(given["path"]))
            return
        for source in sorted(self.artifacts.iterdir()):
            if fnmatchcase(source.name, given["pattern"]):
                _copy(source, Path(given["path"]) / source.name)

    def _restore(self, given: Mapping[str, str], workspace: Path) -> None:
        wanted = given["restore-keys"].split()
        found = [
            each
            for each in self.caches.iterdir()
            if any(each.name.startswith(key) for key in wanted)
        ]
        if found:
            _copy(max(found, key=lambda each: each.stat().st_ctime_ns), workspace / given["path"])

    def _save(self, given: Mapping[str, str], workspace: Path) -> None:
        if (workspace / given["path"]).is_dir():  # else GitHub says so, and goes on
            _copy(workspace / given["path"], self.caches / given["key"])


def _copy(source: Path, target: Path) -> None:
    """Copy as the storage of a CI system does: modes are lost, and what is hidden is left out."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(
        source, target, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns(".*")
    )
