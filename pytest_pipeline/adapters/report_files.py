"""Files of reports: found out to be writable before anything runs, and written whole or not."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pytest_pipeline.errors import ConfigError


def demand_writable(file: Path, *, option: str) -> None:
    """Find out whether a file can be written; what stands there is removed.

    A report of an earlier run would answer for one that never got to write its own.

    Args:
        file: The file; its folder is created.
        option: The option that names it, for the message.

    Raises:
        ConfigError: If it cannot be written.
    """
    try:
        if file.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=file.parent):
            pass
        file.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{option}={file} cannot be written ({error.strerror}): wanted a file in a folder "
            "that can be written to"
        ) from error


def write_whole(file: Path, text: str) -> None:
    """Write a file at once: whoever reads it finds all of it, or what was there before.

    Raises:
        OSError: If it cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    known = os.umask(0o077)
    os.umask(known)
    return known
