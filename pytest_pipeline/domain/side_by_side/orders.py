"""In which order the runs of a block are made: drawn for each block, so that the test is exact."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from itertools import combinations

from pytest_pipeline.domain.side_by_side.runs import Side
from pytest_pipeline.domain.side_by_side.settings import RUNS_IN_BLOCK

#: Sides of the runs of a block, in the order in which they are made.
Order = tuple[Side, ...]

_RUNS = 2 * RUNS_IN_BLOCK
#: Every order of two runs of each side. The permutation test counts these very ways to label a
#: block: it is exact if each was as likely as the others to be the one that was run.
ORDERS: tuple[Order, ...] = tuple(
    tuple(Side.CANDIDATE if run in chosen else Side.STABLE for run in range(_RUNS))
    for chosen in combinations(range(_RUNS), RUNS_IN_BLOCK)
)


def drawn_orders(draw: Callable[[int], int], blocks: int) -> tuple[Order, ...]:
    """Return an order for each block, each as likely as the others.

    Args:
        draw: Draws a whole number from 0 to below another.
        blocks: Count, >= 1.
    """
    return tuple(ORDERS[draw(len(ORDERS))] for _ in range(blocks))


def seeded_orders(seed: str, blocks: int) -> tuple[Order, ...]:
    """Return the orders that a seed draws: the same ones for the same seed.

    Args:
        seed: What no regular disturbance of the machine has to do with, such as an identifier.
        blocks: Count, >= 1.
    """
    digests = (sha256(f"{seed}\n{block}".encode()).digest() for block in range(blocks))
    return tuple(ORDERS[int.from_bytes(digest) % len(ORDERS)] for digest in digests)
