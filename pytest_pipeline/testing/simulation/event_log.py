"""What happened in a simulation, in order."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_pipeline.engine.ports import Clock


class EventLog:
    """Events with their virtual times; written out only when somebody wants to read them.

    Args:
        clock: Time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: list[tuple[float, tuple[object, ...]]] = []

    def add(self, *what: object) -> None:
        """Write down an event; its parts must not change any more."""
        self._events.append((self._clock.now(), what))

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[str]:
        """Yield every event in words."""
        for at, what in self._events:
            yield f"{at:9.3f} {' '.join(map(str, what))}"
