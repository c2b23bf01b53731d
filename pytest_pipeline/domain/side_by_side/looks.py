"""One p-value for all looks at a load test while it goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pytest_pipeline.domain.side_by_side.permutation import Block
from pytest_pipeline.domain.side_by_side.spending import FIRST_LOOK


def over_looks(
    blocks: Sequence[Block],
    chance: Callable[[Sequence[Block]], float],
    spent: Sequence[float],
) -> float:
    """Return one p-value for all looks so far: the best of them, each divided by its share.

    At most the level is a finding, whatever the level: by the union bound chance alone makes one
    no more often than that.

    Args:
        blocks: What was measured so far, in order.
        chance: The p-value of blocks, 0-1.
        spent: Share of the error that each look may spend, see `spending.shares`; what was
            measured after the last of them is not looked at.

    Returns:
        0-1; 1 before the first look.
    """
    found = [
        chance(blocks[:look]) / share
        for look, share in enumerate(spent, FIRST_LOOK)
        if share and look <= len(blocks)
    ]
    return min((1.0, *found))
