"""Whether promotions of an environment follow each other; for the gate and for verify alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.promotions import AttestedPromotion


@dataclass(frozen=True)
class LinkBreak:
    """A place where a chain of promotions breaks.

    Attributes:
        sequence: Number of the promotion that is missing, or does not fit.
        meaning: What is wrong, in words.
    """

    sequence: int
    meaning: str


def link_breaks(promotions: Sequence[AttestedPromotion]) -> Iterator[LinkBreak]:
    """Yield where a chain breaks; nothing after a promotion that is missing.

    Args:
        promotions: The promotions of one environment, the first one first.
    """
    before: str | None = None
    for number, each in enumerate(promotions, start=1):
        found = each.promotion
        if found.sequence != number:
            meaning = f"promotion {number} is missing (the next one is {found.sequence})"
            yield LinkBreak(number, meaning)
            return
        if found.previous != before:
            other = f"promotion {number - 1}" if before else "nothing"
            yield LinkBreak(
                number,
                f"promotion {number} does not follow {other}, one of them was altered or replaced",
            )
        before = each.digest
