"""Record files of owners, so that the next command finds what an owner and its guardian left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pytest_pipeline.adapters.processes.belongings import Belongings, belongings_from_json
from pytest_pipeline.errors import StateError

_SUFFIX = ".owner.json"


def write_record(folder: Path, belongings: Belongings) -> None:
    """Write or replace an owner's record.

    Raises:
        StateError: If the folder cannot be written.
    """
    path = record_path(folder, belongings.token)
    sibling = path.with_suffix(".new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sibling.touch(mode=0o600)
        sibling.write_text(belongings.to_json() + "\n", encoding="utf-8")
        os.replace(sibling, path)  # noqa: PTH105 - says that it replaces
    except OSError as error:
        raise StateError(
            f"cannot write the record of started processes {path}: {error.strerror};"
            " make the folder writable"
        ) from error


def remove_record(folder: Path, token: str) -> None:
    """Remove an owner's record; nothing if it is gone."""
    record_path(folder, token).unlink(missing_ok=True)


def read_records(folder: Path) -> Iterator[Belongings]:
    """Yield the records in a folder; torn and foreign files are passed over."""
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            yield belongings_from_json(path.read_bytes())
        except (OSError, ValueError):
            continue


def record_path(folder: Path, token: str) -> Path:
    """Return the path of an owner's record."""
    return folder / f"{token}{_SUFFIX}"
