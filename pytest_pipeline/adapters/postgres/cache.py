"""Folders that outlive an execution: what is made once for a user and a version."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import ResourceError

#: How often a lock that another process holds is tried, seconds.
LOCK_POLL_S = 0.05


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """Return the user's cache folder for this package, created; None when it is not writable.

    Source:
        XDG Base Directory Specification: ``$XDG_CACHE_HOME``, absolute, else ``~/.cache``.
    """
    configured = Path(environ.get("XDG_CACHE_HOME", ""))
    home = Path(environ.get("HOME") or tempfile.gettempdir())
    base = configured if configured.is_absolute() else home / ".cache"
    return own_folder(base / "pytest-pipeline")


def own_folder(folder: Path, *, mode: int = 0o700) -> Path | None:
    """Create a folder; None when it is not ours alone to write to.

    A folder below a shared one (``/tmp``) may have been put there by somebody else: what they can
    write, we must not run or trust.
    """
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return None
    ours = status.st_uid == os.geteuid() and not folder.is_symlink()
    return folder if ours and not status.st_mode & 0o022 and os.access(folder, os.W_OK) else None


@contextlib.contextmanager
def locked(path: Path, *, clock: Clock, timeout_s: float) -> Iterator[None]:
    """Hold an exclusive lock between processes.

    Args:
        path: File to lock; created when missing.
        clock: Measures the deadline.
        timeout_s: Longest time to wait for another process, seconds.

    Raises:
        ResourceError: If the lock cannot be had in time.
    """
    deadline = clock.now() + timeout_s
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if clock.now() > deadline:
                    raise ResourceError(
                        f"another process has held {path} for more than {timeout_s:g} s; "
                        "end it, or delete the file"
                    ) from error
            clock.sleep(LOCK_POLL_S)
        yield
