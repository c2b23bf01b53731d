"""Records of kept environments, in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_pipeline.engine.site_records import Holder
from pytest_pipeline.errors import ConcurrencyError

_OURSELVES = 1


class MemorySiteRecords:
    """Implements `engine.site_records.SiteRecords`; what is read went through JSON.

    All who take an environment are one process, as they are within one test: that one of them has
    it is told by `acquire`, nobody waits for another.
    """

    def __init__(self) -> None:
        self._records: dict[str, Mapping[str, object]] = {}
        self._holders: dict[str, Holder] = {}

    def write(self, environment: str, record: Mapping[str, object]) -> None:
        """Replace the record of an environment."""
        self._records[environment] = record

    def read(self, environment: str) -> Mapping[str, object] | None:
        """Return the record of an environment; None without one."""
        record = self._records.get(environment)
        if record is None:
            return None
        read: dict[str, Any] = json.loads(json.dumps(record))
        return read

    def written(self, environment: str) -> Mapping[str, object] | None:
        """Return the very record that was written last; None without one."""
        return self._records.get(environment)

    def delete(self, environment: str) -> None:
        """Delete the record of an environment; nothing without one."""
        self._records.pop(environment, None)

    def acquire(self, environment: str, *, by: str) -> None:
        """Take an environment.

        Raises:
            ConcurrencyError: If it was taken and not yielded up; names by whom.
        """
        holder = self._holders.get(environment)
        if holder is not None:
            raise ConcurrencyError(f"environment {environment!r} is in use by {holder}")
        self._holders[environment] = Holder(by, _OURSELVES, "2026-01-01T00:00:00.000Z")

    def line_up(self, environment: str, *, by: str) -> None:
        """Be the next: there is nobody else."""

    def step_out(self, environment: str) -> None:
        """Wait no more."""

    def yield_up(self, environment: str) -> None:
        """Leave an environment to others; nothing if it was not taken."""
        self._holders.pop(environment, None)

    def holder(self, environment: str) -> Holder | None:
        """Return who has an environment; None for nobody."""
        return self._holders.get(environment)

    def names(self) -> tuple[str, ...]:
        """Return the environments that have a record, sorted."""
        return tuple(sorted(self._records))
