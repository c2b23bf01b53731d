"""Projects that consist of little more than tests: nothing is built or deployed."""

from __future__ import annotations

from collections.abc import Mapping

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository


def bare_project(drill: Drill, files: Mapping[str, str]) -> Repository:
    """Write a project of its own, in a git repository.

    Args:
        drill: Where.
        files: Path to content.
    """
    repository = Repository(drill.folder / "project")
    repository.root.mkdir()
    for name, content in files.items():
        repository.write(name, content)
    repository.write(".gitignore", "__pycache__/\n.pytest_cache/\n.pipeline/\n")
    repository.git("init", "--quiet")
    repository.commit("Begin")
    return repository
