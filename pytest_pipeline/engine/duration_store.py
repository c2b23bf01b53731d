"""The port to how long tests took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class DurationStore(Protocol):
    """How long the tests of stages took the last time that all of them ran."""

    def read(self, stage: str) -> Mapping[str, float]:
        """Return the durations of a stage's tests by id, seconds; none where none can be read.

        A convenience: shards that went by different durations are told apart when they are joined.
        """
        ...

    def write(self, stage: str, durations_s: Mapping[str, float]) -> None:
        """Replace the durations of a stage's tests.

        Args:
            stage: Name of the stage.
            durations_s: By id, seconds, >= 0.

        Raises:
            StateError: If they cannot be written.
        """
        ...
