"""Runs git: without a shell, within a deadline, whatever hooks and settings there are."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pytest_pipeline.errors import BaselineError

_TIMEOUT_S = 60.0

# Set inside git's hooks, where they lead to another work tree or index than the folder's own.
_LEADS_ELSEWHERE = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIFF_OPTS",
        "GIT_DIR",
        "GIT_EXTERNAL_DIFF",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)


def git(folder: Path, *arguments: str, timeout_s: float = _TIMEOUT_S) -> bytes:
    """Return what git writes.

    Args:
        folder: Where it is run.
        arguments: Its arguments.
        timeout_s: Longest duration, seconds, > 0.

    Raises:
        BaselineError: If it cannot be started, fails, or does not end in time.
    """
    done = _run(folder, arguments, timeout_s)
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip()
    raise BaselineError(_refused(folder, arguments[0], done.returncode, said), output=said)


def asked(folder: Path, *arguments: str) -> str | None:
    """Return git's answer of one line; None when it says no.

    Raises:
        BaselineError: If it cannot be started, does not end in time, or may not read the folder.
    """
    done = _run(folder, arguments, _TIMEOUT_S)
    said = done.stderr.decode(errors="replace")
    if "dubious ownership" in said:
        raise BaselineError(_refused(folder, arguments[0], done.returncode, said.strip()))
    return os.fsdecode(done.stdout).rstrip("\n") if done.returncode == 0 else None


def _refused(folder: Path, command: str, status: int, said: str) -> str:
    if "dubious ownership" in said:
        quoted = said.split("'")
        trusted = quoted[1] if len(quoted) > 1 else folder
        return (
            f"git does not trust {folder}, which belongs to another user; when you do: "
            f"git config --global --add safe.directory '{trusted}'"
        )
    return (
        f"`git {command}` failed in {folder} with exit code {status}: {said}; "
        "repair the work tree until `git status` works there"
    )


def _run(
    folder: Path, arguments: tuple[str, ...], timeout_s: float
) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise BaselineError(
            "there is no `git` on PATH, and without it nobody knows what this change is compared "
            "with: install git"
        )
    environment = {k: v for k, v in os.environ.items() if k not in _LEADS_ELSEWHERE}
    environment |= {
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    try:
        return subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [program, "-c", f"core.hooksPath={os.devnull}", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BaselineError(
            f"`git {arguments[0]}` did not end within {timeout_s:g} s in {folder}: "
            "run `git status` there to see what it waits for"
        ) from error
    except OSError as error:
        raise BaselineError(f"git cannot be started in {folder}: {error}; check PATH") from error
