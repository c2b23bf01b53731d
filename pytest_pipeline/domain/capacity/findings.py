"""What a search for the highest rate came to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    """How a search ended."""

    FOUND = "found"
    HIGHEST = "the highest rate that was to be tried was held"
    GENERATOR = "the generator is at its end"
    BELOW = "the lowest rate that was to be tried was missed"
    EXHAUSTED = "no more probes were to be made"


@dataclass(frozen=True)
class Finding:
    """What a search came to.

    Attributes:
        ending: How it ended.
        rate: The highest rate that was held, below every one that was not; 1/s. None for none.
        ceiling: The lowest rate that was not held, or of which nothing can be told; 1/s. None for
            none.
        confirmed: Whether the rate was held twice.
        held_above: Rates that were held though a lower one was not, in order.
    """

    ending: Ending
    rate: float | None
    ceiling: float | None
    confirmed: bool = False
    held_above: tuple[float, ...] = ()

    @property
    def told(self) -> bool:
        """Whether it is an answer: the capacity, or that it is not below what was asked for."""
        return self.ending in (Ending.FOUND, Ending.HIGHEST)

    @property
    def capacity(self) -> float | None:
        """The capacity, 1/s; None where it is not known."""
        return self.rate if self.ending is Ending.FOUND else None
