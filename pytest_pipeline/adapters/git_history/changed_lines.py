"""Reads from git's diff which lines are new."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from pytest_pipeline.adapters.git_history.commands import git
from pytest_pipeline.errors import BaselineError

#: What the user's settings could change in a diff is said outright.
_DIFF = ("diff", "--relative", "--no-renames", "--diff-filter=AM", "--ignore-submodules=all",
         "--no-ext-diff", "--no-textconv", "--no-color")  # fmt: skip

_HUNK = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_SECTION = re.compile(rb"^diff --git ", re.MULTILINE)


def read_changed_lines(root: Path, commit: str) -> dict[str, frozenset[int]]:
    """Return the lines below a folder that differ from a commit, by path; see the port.

    Raises:
        BaselineError: If git cannot tell.
    """
    names = list(_names(git(root, *_DIFF, "--name-only", "-z", commit, "--", ".")))
    patch = git(root, *_DIFF, "--unified=0", "--inter-hunk-context=0", commit, "--", ".")
    # paths in a patch may be quoted; its sections are in the order of the names
    sections = _SECTION.split(patch)[1:]
    if len(sections) != len(names):
        raise BaselineError(f"files in {root} changed while git compared them: run it again")
    lines = {name: _of_patch(section) for name, section in zip(names, sections, strict=True)}
    for name in _names(git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")):
        lines[name] = _of_file(root / name)
    return {name: numbers for name, numbers in lines.items() if numbers}


def _names(output: bytes) -> Iterator[str]:
    return (os.fsdecode(name) for name in output.split(b"\0") if name)


def _of_patch(section: bytes) -> frozenset[int]:
    numbers: set[int] = set()
    for hunk in _HUNK.finditer(section):
        first, count = int(hunk[1]), int(hunk[2] or 1)
        numbers.update(range(first, first + count))
    return frozenset(numbers)


def _of_file(path: Path) -> frozenset[int]:
    """Return all lines of a file that git does not track; none for what is no text."""
    if path.is_symlink() or not path.is_file():
        return frozenset()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BaselineError(f"{path} cannot be read: {error.strerror}; check its mode") from error
    count = 0 if b"\0" in content else len(content.splitlines())
    return frozenset(range(1, count + 1))
