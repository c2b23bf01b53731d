"""The port to the records of environments that serve beyond their execution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class SiteRecords(Protocol):
    """Keeps one JSON document for each environment that is kept."""

    def write(self, environment: str, record: Mapping[str, object]) -> None:
        """Replace the record of an environment, atomically.

        Raises:
            StateError: If it cannot be written.
        """
        ...

    def read(self, environment: str) -> Mapping[str, object] | None:
        """Return the record of an environment; None without one.

        Raises:
            StateError: If it cannot be read or understood.
        """
        ...

    def delete(self, environment: str) -> None:
        """Delete the record of an environment; nothing without one."""
        ...

    def acquire(self, environment: str, *, by: str) -> None:
        """Take an environment for oneself, until `yield_up` or the end of this process.

        Args:
            environment: Its name.
            by: Who takes it, for people.

        Raises:
            StateError: If another process has it; names who.
        """
        ...

    def yield_up(self, environment: str) -> None:
        """Leave an environment to others; nothing if it was not taken."""
        ...

    def names(self) -> tuple[str, ...]:
        """Return the environments that have a record, sorted."""
        ...
