"""A virtual clock on which things happen at their time."""

from __future__ import annotations

from collections.abc import Callable

from pytest_pipeline.testing.virtual_clock import VirtualClock

#: No scenario is longer, seconds: a loop without end is an error then.
_END_S = 100_000.0


class TimedClock(VirtualClock):
    """Moves on when somebody sleeps; what is to happen meanwhile, happens then."""

    def __init__(self) -> None:
        super().__init__()
        self._planned: list[tuple[float, Callable[[], object]]] = []

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Let something happen once that time has passed from now."""
        self._planned.append((self.now() + seconds, act))

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.now() > _END_S:
            raise AssertionError("the scenario does not come to its end")
        due = [each for each in self._planned if each[0] <= self.now()]
        self._planned = [each for each in self._planned if each[0] > self.now()]
        for _, act in due:
            act()
