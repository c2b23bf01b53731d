"""A stretch of time cut into bins: what is drawn is bounded, however much was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

#: Widths that people can read off an axis, seconds.
_WIDTHS_S = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)

#: More bins than this are not told apart on a page.
MOST_BINS = 160

#: Times are rounded to microseconds: one on an edge belongs to the bin that begins there.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class TimeBins:
    """Equal bins, one after another; the last one is as wide as what is left.

    Attributes:
        start_s: Where the first one begins.
        width_s: Width of each but the last, seconds; > 0.
        count: How many there are; >= 1.
        last_s: Width of the last one, seconds; > 0; None when it is as wide as the others.
    """

    start_s: float
    width_s: float
    count: int
    last_s: float | None = None

    @property
    def edges_s(self) -> tuple[float, ...]:
        """Where each begins, and where the last one ends: ``count + 1`` moments."""
        begins = (self.start_s + index * self.width_s for index in range(self.count))
        return (*begins, self.end_s)

    @property
    def centres_s(self) -> tuple[float, ...]:
        """The middle of each."""
        return tuple((begin + end) / 2 for begin, end in pairwise(self.edges_s))

    @property
    def widths_s(self) -> tuple[float, ...]:
        """The width of each."""
        last_s = self.width_s if self.last_s is None else self.last_s
        return (*(self.width_s for _ in range(self.count - 1)), last_s)

    @property
    def end_s(self) -> float:
        """Where the last one ends."""
        return self.start_s + (self.count - 1) * self.width_s + self.widths_s[-1]

    def index(self, at_s: float) -> int:
        """Return the bin of a moment; what lies outside belongs to the nearest one."""
        found = int((at_s - self.start_s) / self.width_s + _TOLERANCE)
        return min(max(found, 0), self.count - 1)


def bins_between(start_s: float, end_s: float, *, most: int = MOST_BINS) -> TimeBins:
    """Cut a stretch of time into the narrowest readable bins, not more than so many.

    The last one ends with the stretch, and is between half and one and a half times as wide as the
    others: a narrower one would show a single request as a peak or a gap. What is shorter than a
    bin gets a whole one.

    Args:
        start_s: Its beginning.
        end_s: Its end; not before the beginning.
        most: Most bins; count, >= 1.
    """
    span_s = max(end_s - start_s, 0.0)
    fitting = (each for each in _WIDTHS_S if span_s / each <= most)
    width_s = next(fitting, span_s / most)
    count = max(1, min(int(span_s / width_s + 0.5), most))
    last_s = span_s - (count - 1) * width_s
    return TimeBins(start_s, width_s, count, last_s if span_s > width_s else None)
