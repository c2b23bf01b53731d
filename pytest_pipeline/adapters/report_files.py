"""Files of reports: found out to be writable before anything runs, and written whole or not."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pytest_pipeline.domain.execution_reports import PAGE_MARK
from pytest_pipeline.errors import ConfigError

#: How many bytes of a file are looked at for the mark, which stands in the head of a page.
_HEAD_BYTES = 2048


def demand_page_file(file: Path, *, option: str) -> None:
    """Find out whether a page can be written; an earlier one that stands there is removed.

    A report of an earlier run would answer for one that never got to write its own. Nothing
    but such a report is ever removed.

    Args:
        file: The file; its folder is created.
        option: The option that names it, for the message.

    Raises:
        ConfigError: If it cannot be written, is no name of a page, or is something else.
    """
    if file.suffix.lower() not in (".html", ".htm"):
        raise ConfigError(
            f"{option}={file} is no name of a page: wanted one that ends in .html or .htm"
        )
    try:
        if file.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        _refuse_others(file, option)
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=file.parent):
            pass
        file.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{option}={file} cannot be written ({error.strerror}): wanted a file in a folder "
            "that can be written to"
        ) from error


def _refuse_others(file: Path, option: str) -> None:
    """Refuse a file with any content that is not a page of ours; an empty one has none to lose."""
    if not file.exists():
        return
    head = b""
    if file.is_file():  # reading from a pipe would wait for whoever writes to it
        with file.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
        if not head:
            return
    if PAGE_MARK.encode() not in head:
        raise ConfigError(
            f"{option}={file} would replace a file that is no report of an earlier run: name "
            "another file, or remove that one"
        )


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
