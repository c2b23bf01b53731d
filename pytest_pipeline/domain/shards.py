"""Shards: a stage in parts, each run by a job of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: The most parts that a stage is cut into; count.
MOST_SHARDS = 1000

_WRITTEN = re.compile(r"([0-9]{1,9})/([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, order=True)
class Shard:
    """One part of a stage.

    Attributes:
        number: Which one; 1..total.
        total: How many there are; count, 1..`MOST_SHARDS`.

    Raises:
        ValueError: If it is none.
    """

    number: int
    total: int

    def __post_init__(self) -> None:
        """Refuse what is no part."""
        if not 1 <= self.number <= self.total <= MOST_SHARDS:
            raise ValueError(
                f"got {self}, wanted K/N with 1 <= K <= N <= {MOST_SHARDS}, such as 2/5"
            )

    def __str__(self) -> str:
        """Return it as it is written, ``2/5``."""
        return f"{self.number}/{self.total}"


def shard_from(text: str) -> Shard:
    """Read a shard, ``2/5``.

    Raises:
        ValueError: Saying what was got and what is wanted.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"got {text!r}, wanted K/N with 1 <= K <= N <= {MOST_SHARDS}, such as 2/5")
    return Shard(int(found[1]), int(found[2]))


def all_shards(total: int) -> tuple[Shard, ...]:
    """Return all shards of a stage that is cut into so many.

    Args:
        total: Count, 1..`MOST_SHARDS`.
    """
    return tuple(Shard(number, total) for number in range(1, total + 1))
