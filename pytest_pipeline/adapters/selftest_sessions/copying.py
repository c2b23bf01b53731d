"""A copy of a service root as it is, uncommitted changes included, with the history of its commits.

What git ignores, and `.pipeline/`, is not copied, but for the figures that others are compared
with. Nothing is written to the original.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pytest_pipeline.engine.workspace import STATE_FOLDER
from pytest_pipeline.errors import SourceError

_GIT_S = 120.0
_BASELINES = "baselines"
_UNFINISHED = shutil.ignore_patterns(".writing-*")


@contextmanager
def copied_service(root: Path, files: Sequence[str]) -> Iterator[tuple[Path, Path]]:
    """Yield a service root's copy, and a folder beside it; both are removed at the end.

    Args:
        root: The service root.
        files: Its files, relative to it; those of declared inputs begin with ``../``.

    Raises:
        SourceError: If it cannot be copied.
    """
    root = Path(os.path.realpath(root))
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="pytest-pipeline-selftest-")))
    try:
        beside = folder / "sessions"
        beside.mkdir()
        copy = _copy(root, files, folder)
        _copy_figures(root / STATE_FOLDER, copy / STATE_FOLDER / _BASELINES)
        yield copy, beside
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(root: Path, files: Sequence[str], folder: Path) -> Path:
    top = _top(root)
    if top is None or not _clone(top, folder / "copy"):
        top = Path(os.path.commonpath([root, *(_place(root, each).parent for each in files)]))
    copy = folder / "copy" / root.relative_to(top)
    _clear(copy)
    try:
        for each in files:
            target = _place(copy, each)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(_place(root, each), target, follow_symlinks=False)
    except OSError as error:
        raise SourceError(f"{root} cannot be copied to {copy}: {error}") from error
    return copy


def _copy_figures(state: Path, baselines: Path) -> None:
    """Copy what was measured of other commits to where it is compared with, and promotes nothing.

    Raises:
        SourceError: If it cannot be copied.
    """
    try:
        for each in (state / "evidence", state / _BASELINES / "evidence"):
            if each.is_dir():
                shutil.copytree(
                    each, baselines / "evidence", ignore=_UNFINISHED, dirs_exist_ok=True
                )
    except (OSError, shutil.Error) as error:
        raise SourceError(f"{state} cannot be copied to {baselines}: {error}") from error


def _place(root: Path, name: str) -> Path:
    return Path(os.path.normpath(root / name))


def _clear(copy: Path) -> None:
    """Take away what the commit has: only what is there now counts."""
    copy.mkdir(parents=True, exist_ok=True)
    for each in copy.iterdir():
        if each.name == ".git":
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def _top(root: Path) -> Path | None:
    """Return the top of the git work tree that has commits; None for none."""
    found = _git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if found is None:
        return None
    top = _git(root, "rev-parse", "--show-toplevel")
    return Path(top) if top else None


def _clone(top: Path, copy: Path) -> bool:
    """Clone with all branches, the commit's files checked out; say whether that worked."""
    copy.mkdir()
    steps = (
        ("clone", "--quiet", "--mirror", "--shared", str(top), str(copy / ".git")),
        ("config", "core.bare", "false"),
        ("reset", "--quiet", "--hard"),
    )
    if any(_git(copy, *step) is None for step in steps):
        shutil.rmtree(copy)
        return False
    excludes = _git(top, "rev-parse", "--path-format=absolute", "--git-path", "info/exclude")
    if excludes and Path(excludes).is_file():
        (copy / ".git" / "info").mkdir(exist_ok=True)
        shutil.copy(excludes, copy / ".git" / "info" / "exclude")
    return True


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git says; None when it fails or is missing.

    Raises:
        SourceError: If it does not end in time.
    """
    git = shutil.which("git")
    if git is None:
        return None
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - git, with arguments of ours
            [git, *arguments],
            cwd=folder,
            env={**environ, "GIT_OPTIONAL_LOCKS": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_GIT_S,
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(
            f"`git {arguments[0]}` did not end within {_GIT_S:g} s in {folder}: "
            "run `git status` there to see what it waits for"
        ) from error
    return done.stdout.decode(errors="surrogateescape").strip() if done.returncode == 0 else None
