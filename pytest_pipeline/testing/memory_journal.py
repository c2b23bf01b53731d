"""A journal in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class MemoryJournal:
    """Implements `engine.ports.Journal`; what is read went through JSON, as from a file."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Mapping[str, object]]] = {}

    def append(self, deployment: str, entry: Mapping[str, object]) -> None:
        """Write an entry."""
        self._entries.setdefault(deployment, []).append(dict(entry))

    def read(self, deployment: str) -> tuple[Mapping[str, object], ...]:
        """Return the entries of a deployment in order; none for one that is unknown."""
        entries: list[dict[str, Any]] = json.loads(json.dumps(self._entries.get(deployment, [])))
        return tuple(entries)

    def last(self, deployment: str) -> Mapping[str, object]:
        """Return the last entry of a deployment as it was written; empty for none."""
        entries = self._entries.get(deployment)
        return entries[-1] if entries else {}

    @property
    def deployments(self) -> tuple[str, ...]:
        """The deployments that have entries, in order of their first."""
        return tuple(self._entries)
