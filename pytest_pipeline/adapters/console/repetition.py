"""Finding the batches in a plan, so that a plan for hundreds of instances fits on a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Fewer repetitions than this are shown in full.
_TELLING = 4
#: A batch is at most this many steps: all hooks of an in-place one, with room to spare.
_LONGEST = 20


@dataclass(frozen=True)
class Stretch:
    """Consecutive entries, one batch or several of the same kinds of steps.

    Attributes:
        start: Index of the first entry.
        length: Entries of one batch; count, >= 1.
        times: How often it comes in a row; count, >= 1.
    """

    start: int
    length: int
    times: int

    @property
    def end(self) -> int:
        """Index after the last entry."""
        return self.start + self.length * self.times


def stretches(kinds: Sequence[object]) -> Iterator[Stretch]:
    """Yield what the kinds of steps consist of, in order, without gaps.

    Args:
        kinds: Kind of each step; compared with ``==``.
    """
    start = 0
    while start < len(kinds):
        found = max(
            (Stretch(start, length, _times(kinds, start, length)) for length in _lengths()),
            key=lambda each: (each.end if each.times >= _TELLING else 0, -each.length),
        )
        if found.times < _TELLING:
            found = Stretch(start, 1, 1)
        yield found
        start = found.end


def _lengths() -> range:
    return range(1, _LONGEST + 1)


def _times(kinds: Sequence[object], start: int, length: int) -> int:
    """Return how often the next entries come in a row."""
    batch = kinds[start : start + length]
    times = 1
    while kinds[start + times * length : start + (times + 1) * length] == batch:
        times += 1
    return times
