"""Files that are read to the byte, and replaced whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pytest_pipeline.errors import EvidenceError, StateError


def read_text(path: Path) -> str | None:
    """Return what a file holds, to the byte; None if there is none.

    Raises:
        EvidenceError: If it cannot be read, or is no text.
    """
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> EvidenceError:
    """Return what is raised for a file that is not what it was written as."""
    return EvidenceError(
        f"cannot read the evidence {path}: {error}; fetch it anew from the job that wrote it, or "
        "delete it and run its stage again"
    )


def replace(path: Path, text: str) -> None:
    """Write a file so that readers, and a crash, find the whole text or the earlier one.

    Raises:
        StateError: If it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "wb", dir=path.parent, prefix=".writing-", delete=False
        ) as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
    except OSError as error:
        raise StateError(
            f"cannot write {path}: {error.strerror}; make the folder writable and see to free space"
        ) from error
