"""Records of kept environments: one JSON file each, replaced atomically; beside it, its lock."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from pytest_pipeline.adapters.environment_folder.locks import Lock, Locks
from pytest_pipeline.adapters.environment_folder.waiting_line import WaitingLine
from pytest_pipeline.engine.site_records import Holder
from pytest_pipeline.errors import ConcurrencyError, StateError


class EnvironmentFolder:
    """Implements `engine.site_records.SiteRecords` in a folder.

    ::

        staging.json            the record
        staging.lock            locked by who has it for oneself; names who
        staging.waiting/        one locked file for each who waits, in order

    Args:
        folder: The folder; created with the first record.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks = Locks(folder)
        self._taken: dict[str, Lock] = {}
        self._lines: dict[str, WaitingLine] = {}

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
            record = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateError(f"cannot read {path}: {error.strerror}") from error
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
        line = self._line(environment)
        ahead = line.ahead()
        lock = None if ahead else self._locks.take(environment, by=by)
        if lock is None:
            holder = self._locks.holder(environment) or ahead or "another command"
            raise ConcurrencyError(f"environment {environment!r} is in use by {holder}")
        self._taken[environment] = lock
        line.leave()

    def line_up(self, environment: str, *, by: str) -> None:
        """Be the next but those who wait already; nothing if this process waits."""
        self._line(environment).join(by)

    def step_out(self, environment: str) -> None:
        """Wait no more; nothing if this process does not."""
        self._line(environment).leave()

    def yield_up(self, environment: str) -> None:
        """Leave an environment to others; nothing if it was not taken."""
        lock = self._taken.pop(environment, None)
        if lock is not None:
            lock.release()

    def holder(self, environment: str) -> Holder | None:
        """Return who has an environment for oneself now; None for nobody."""
        return self._locks.holder(environment)

    def names(self) -> tuple[str, ...]:
        """Return the environments that have a record, sorted."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.json")))

    def _line(self, environment: str) -> WaitingLine:
        return self._lines.setdefault(
            environment, WaitingLine(self._folder / f"{environment}.waiting")
        )

    def _path(self, environment: str) -> Path:
        return self._folder / f"{environment}.json"
