"""Builds a wheel of the service and the lock of everything it depends on."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from pytest_pipeline.adapters.build.lock import write_lock
from pytest_pipeline.adapters.build.steps import Steps
from pytest_pipeline.adapters.build.workspace import copy_source
from pytest_pipeline.errors import BuildError


def build_wheel(root: Path, paths: Iterable[str], *, steps: Steps, into: Path, python: str) -> None:
    """Leave the wheel and ``requirements.lock`` in a folder.

    Args:
        root: The service root.
        paths: Keys of the revision's files.
        steps: Runs uv.
        into: Existing, empty folder.
        python: Path of the interpreter that the lock is for.

    Raises:
        BuildError: With uv's output.
    """
    if not (root / "pyproject.toml").is_file() and not (root / "setup.py").is_file():
        raise BuildError(
            f"{root} holds neither pyproject.toml nor setup.py, so no wheel can be built of it; "
            'add one, or set build.kind = "command"'
        )
    copy = copy_source(root, paths, steps.work)
    out = steps.work / "dist"
    uv = str(steps.uv)
    steps.run(uv, "build", "--wheel", "--out-dir", str(out), "--python", python, cwd=copy)
    wheels = list(out.glob("*.whl"))
    if len(wheels) != 1:
        found = ", ".join(each.name for each in wheels) or "none"
        raise BuildError(f"building {steps.name}: wanted one wheel, got {found}")
    write_lock(copy, wheels[0], steps=steps, target=into / "requirements.lock", python=python)
    shutil.copyfile(wheels[0], into / wheels[0].name)
