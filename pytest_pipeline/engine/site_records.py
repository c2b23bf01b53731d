"""The port to the records of environments that serve beyond their execution, and to their locks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Holder:
    """Who has an environment for oneself.

    Attributes:
        by: Who, for people: ``execution 20260131T120000-1a2b``.
        pid: Number of its process.
        since: Since when, ISO 8601 in UTC.
    """

    by: str
    pid: int
    since: str

    def __str__(self) -> str:
        """Return the holder in words."""
        return f"{self.by} (process {self.pid}, since {self.since})"


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
            ConcurrencyError: If another process has it, or has waited longer; names who.
        """
        ...

    def line_up(self, environment: str, *, by: str) -> None:
        """Be the next but those who wait already; nothing if this process waits.

        The place is kept until `acquire` succeeds, `step_out`, or the end of this process.
        """
        ...

    def step_out(self, environment: str) -> None:
        """Wait no more; nothing if this process does not."""
        ...

    def yield_up(self, environment: str) -> None:
        """Leave an environment to others; nothing if it was not taken."""
        ...

    def holder(self, environment: str) -> Holder | None:
        """Return who has an environment for oneself now; None for nobody."""
        ...

    def names(self) -> tuple[str, ...]:
        """Return the environments that have a record, sorted."""
        ...
