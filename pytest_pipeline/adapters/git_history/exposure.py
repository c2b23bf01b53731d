"""Whether git would commit a file."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline.adapters.git_history.commands import asked
from pytest_pipeline.errors import BaselineError


def would_commit(file: Path) -> bool:
    """Return whether a file, which need not exist, is one that ``git add`` takes.

    Where git cannot be asked, it is as soon as a work tree is around it.

    Args:
        file: Absolute path.
    """
    folder = next(each for each in file.parents if each.is_dir())
    try:
        return _is_taken(folder, file)
    except BaselineError:
        return any((each / ".git").exists() for each in file.parents)


def _is_taken(folder: Path, file: Path) -> bool:
    if asked(folder, "rev-parse", "--is-inside-work-tree") != "true":
        return False
    ignored = asked(folder, "--no-literal-pathspecs", "check-ignore", "--quiet", str(file))
    return ignored is None
