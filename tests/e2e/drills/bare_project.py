"""Projects that consist of little more than tests: nothing is built or deployed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository


def bare_project(drill: Drill, files: Mapping[str, str], *, name: str = "project") -> Repository:
    """Write a project of its own, in a git repository.

    Args:
        drill: Where.
        files: Path to content.
        name: Of its folder.
    """
    repository = write_files(drill.folder / name, files)
    repository.write(".gitignore", "__pycache__/\n.pytest_cache/\n.pipeline/\n")
    repository.git("init", "--quiet")
    repository.commit("Begin")
    return repository


def write_files(root: Path, files: Mapping[str, str]) -> Repository:
    """Write files into a new folder."""
    root.mkdir(parents=True)
    for path, content in files.items():
        Repository(root).write(path, content)
    return Repository(root)
