"""Tests without a layer: counted by folder, with the lines to paste."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

_SHOWN_FOLDERS = 20


def describe_unlayered(files: Mapping[Path, int], root: Path) -> str:
    """Say which folders hold tests without a layer, and how to give them one.

    Args:
        files: Test file to its number of tests without a layer.
        root: Service root, to which globs are relative.
    """
    folders: Counter[str] = Counter()
    for path, tests in files.items():
        relative = os.path.relpath(path.parent, root).replace(os.sep, "/")
        folders["" if relative == "." else f"{relative}/"] += tests
    total = sum(folders.values())
    lines = [f"{total} {_tests(total)} without a layer; a pipeline has to know when to run each:"]
    shown = sorted(folders.items())[:_SHOWN_FOLDERS]
    lines += [f"  {folder or './'}: {tests} {_tests(tests)}" for folder, tests in shown]
    if len(folders) > _SHOWN_FOLDERS:
        lines.append(f"  and {len(folders) - _SHOWN_FOLDERS} more folders")
    globs = ", ".join(f'"{folder}*.py"' for folder, _ in shown)
    lines += [
        "mark them (@pytest.mark.unit), move them to a folder named like a layer,",
        "or paste into pyproject.toml and put each glob under its layer:",
        "",
        "[tool.pytest_pipeline.layers]",
        f"unit = [{globs}]",
    ]
    return "\n".join(lines)


def _tests(count: int) -> str:
    return "test" if count == 1 else "tests"
