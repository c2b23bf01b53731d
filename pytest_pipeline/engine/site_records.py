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

    def names(self) -> tuple[str, ...]:
        """Return the environments that have a record, sorted."""
        ...
