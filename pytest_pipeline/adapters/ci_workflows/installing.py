"""Guesses the command that installs a service and its tests, from the files of its root."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: This package, with all that a pipeline may need.
_OURS = "'pytest-pipeline-gates[all]'"

#: How people call the extra, or the group, with what tests need.
_TESTS = ("test", "tests", "testing", "dev")


def install_command(root: Path) -> str:
    """Return the command, to be run in the service root.

    The project itself with its extra or its dependency group for tests, where it is one that can
    be installed; the files ``requirements*.txt`` otherwise.
    """
    project = _read(root / "pyproject.toml")
    wanted = _of_project(project) if "project" in project else _of_files(root)
    return " ".join(["pip install", *wanted, _OURS])


def _of_project(project: Mapping[str, Any]) -> list[str]:
    extras = project["project"].get("optional-dependencies", {})
    extra = next((each for each in _TESTS if each in extras), None)
    groups = project.get("dependency-groups", {})
    group = next((each for each in _TESTS if each in groups), None) if extra is None else None
    editable = f"-e '.[{extra}]'" if extra else "-e ."
    return [editable, *([f"--group {group}"] if group else [])]


def _of_files(root: Path) -> list[str]:
    named = ("requirements.txt", *(f"requirements-{each}.txt" for each in _TESTS))
    return [f"-r {name}" for name in named if (root / name).is_file()]


def _read(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # what is wrong in it, the configuration says
        return {}
