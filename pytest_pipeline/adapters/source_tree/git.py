"""Asks git, without a shell, without locks, without anybody's identity."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from pytest_pipeline.errors import SourceError

_TIMEOUT_S = 60.0

# Set inside git's hooks, where they lead to another work tree or index than the folder's own.
_LEADS_ELSEWHERE = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)


def top_of_work_tree(folder: Path) -> Path | None:
    """Return the top folder of the work tree that a folder belongs to; None outside of any.

    Raises:
        SourceError: If there is a work tree but git is missing or refuses to read it.
    """
    marked = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)
    if marked is None:
        return None
    if shutil.which("git") is None:
        raise SourceError(
            f"{marked} is a git work tree, but there is no `git` on PATH: install git, "
            "or remove .git to have the folder read as plain files"
        )
    return Path(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel").rstrip(b"\n")))


def head(folder: Path) -> str | None:
    """Return the id of the commit that is checked out; None before the first commit."""
    found = _run(folder, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")
    return found.stdout.decode().strip() if found.returncode == 0 else None


def tracked(folder: Path) -> Iterator[str]:
    """Yield the paths under a folder that git tracks, relative to it; some may be deleted."""
    return _names(_git(folder, "ls-files", "-z", "--cached"))


def untracked(folder: Path) -> Iterator[str]:
    """Yield the paths under a folder that git neither tracks nor ignores, relative to it.

    A nested work tree is one path that ends in ``/``.
    """
    return _names(_git(folder, "ls-files", "-z", "--others", "--exclude-standard"))


def changed(top: Path, paths: list[Path]) -> Iterator[tuple[str, Path]]:
    """Yield what differs from the commit under some paths.

    Args:
        top: Top folder of the work tree.
        paths: Absolute paths inside it.

    Yields:
        git's two-letter status (``??`` for what it does not track) and the absolute path.
    """
    options = ("--porcelain", "-z", "--untracked-files=all", "--no-renames")
    written = [os.path.relpath(path, top) for path in paths]
    for line in _names(_git(top, "status", *options, "--ignore-submodules=none", "--", *written)):
        yield line[:2], top / line[3:]


def _names(output: bytes) -> Iterator[str]:
    return (os.fsdecode(name) for name in output.split(b"\0") if name)


def _git(folder: Path, *arguments: str) -> bytes:
    done = _run(folder, *arguments)
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip()
    if "dubious ownership" in said:
        raise SourceError(
            f"git does not trust {folder}, which belongs to another user; when you do: "
            f"git config --global --add safe.directory '{_first_quoted(said) or folder}'",
            output=said,
        )
    raise SourceError(
        f"`git {arguments[0]}` failed in {folder} with exit code {done.returncode}: {said}; "
        "repair the work tree until `git status` works there",
        output=said,
    )


def _first_quoted(text: str) -> str:
    parts = text.split("'")
    return parts[1] if len(parts) > 1 else ""


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if k not in _LEADS_ELSEWHERE}
    environment |= {
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    try:
        return subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [shutil.which("git") or "git", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(
            f"`git {arguments[0]}` did not end within {_TIMEOUT_S:g} s in {folder}: "
            "run `git status` there to see what it waits for"
        ) from error
    except OSError as error:
        raise SourceError(f"git cannot be started in {folder}: {error}; check PATH") from error
