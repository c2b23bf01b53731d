"""Whose turn it is: several take turns by their weights, as evenly mixed as can be."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

_Thing = TypeVar("_Thing", bound=Hashable)


def turns(weights: Mapping[_Thing, float]) -> Iterator[_Thing]:
    """Yield whose turn it is, for ever.

    Of any first n turns each gets its part, off by less than one turn for two things and by less
    than their number for more (smooth weighted round-robin). By chance it would be off by the root
    of n, which would be another load in each run.

    Args:
        weights: Thing to its weight; one of them at least is > 0.
    """
    total = sum(weights.values())
    credits_ = dict.fromkeys(weights, 0.0)
    while True:
        for thing, weight in weights.items():
            credits_[thing] += weight
        chosen = max(credits_, key=credits_.__getitem__)
        credits_[chosen] -= total
        yield chosen
