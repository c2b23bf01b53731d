"""Records of kept environments: one JSON file each, replaced atomically."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from pytest_pipeline.errors import StateError


class EnvironmentFolder:
    """Implements `engine.site_records.SiteRecords` in a folder.

    Args:
        folder: The folder; created with the first record.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: dict[str, IO[str]] = {}

    def write(self, environment: str, record: Mapping[str, object]) -> None:
        """Replace the record of an environment, atomically."""
        path = self._path(environment)
        draft = path.with_suffix(".draft")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Records hold the URLs of resources, passwords included.
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(record, file, indent=2, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            raise StateError(f"cannot write {path}: {error.strerror}") from error

    def read(self, environment: str) -> Mapping[str, object] | None:
        """Return the record of an environment; None without one."""
        path = self._path(environment)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateError(f"cannot read {path}: {error.strerror}") from error
        try:
            record = json.loads(text)
        except ValueError as error:
            raise StateError(f"{path} is not JSON ({error}); delete it") from error
        if not isinstance(record, dict):
            raise StateError(f"{path} holds no record of an environment; delete it")
        return record

    def delete(self, environment: str) -> None:
        """Delete the record of an environment; nothing without one."""
        self._path(environment).unlink(missing_ok=True)

    def acquire(self, environment: str, *, by: str) -> None:
        """Take an environment for oneself; the system gives it back when this process ends."""
        path = self._folder / f"{environment}.lock"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = path.open("a+", encoding="utf-8")
        except OSError as error:
            raise StateError(f"cannot write {path}: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "another command"
            file.close()
            raise StateError(
                f"environment {environment!r} is in use by {holder}: wait for its end, or stop it"
            ) from error
        file.truncate(0)
        file.write(f"{by}, process {os.getpid()}")
        file.flush()
        self._taken[environment] = file

    def yield_up(self, environment: str) -> None:
        """Leave an environment to others; nothing if it was not taken."""
        file = self._taken.pop(environment, None)
        if file is not None:
            file.close()

    def names(self) -> tuple[str, ...]:
        """Return the environments that have a record, sorted."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.json")))

    def _path(self, environment: str) -> Path:
        return self._folder / f"{environment}.json"
