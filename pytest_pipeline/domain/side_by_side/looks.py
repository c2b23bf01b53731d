"""Looks at a load test while it goes on, and whether the next block could still change anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pytest_pipeline.domain.side_by_side.permutation import Block
from pytest_pipeline.domain.side_by_side.runs import Sides
from pytest_pipeline.domain.side_by_side.spending import FIRST_LOOK, shares

if TYPE_CHECKING:
    from pytest_pipeline.domain.gates import Gate


def over_looks(
    blocks: Sequence[Block],
    chance: Callable[[Sequence[Block]], float],
    shares_of_looks: Sequence[float],
) -> float:
    """Return one p-value for all looks so far: the best of them, each divided by its share.

    At most the level is a finding, whatever the level. By the union bound it is one by chance no
    more often than that.

    Args:
        blocks: What was measured so far, in order.
        chance: The p-value of blocks.
        shares_of_looks: Of the error that is allowed, see `spending.shares`; no more blocks than
            these are looked at.

    Returns:
        0-1; 1 before the first look.
    """
    found = [
        chance(blocks[:look]) / share
        for look, share in enumerate(shares_of_looks, FIRST_LOOK)
        if share and look <= len(blocks)
    ]
    return min(1.0, *found, 1.0)


def looks_of(blocks: int, level: float, slowness: float) -> tuple[float, ...]:
    """Return what each look may spend; see `spending.shares`."""
    return shares(blocks, level, slowness)


def is_decided(gate: Gate, sides: Sides, *, loads: int = 1) -> bool:
    """Return whether no further run of a load test could change what its gate says of it.

    Conservative: each criterion has to be met or refuted on its own, whatever else an objective
    takes for good, at the error divided by all comparisons that share it (Bonferroni's is never
    less strict than Holm's correction, by which the gate judges in the end).

    Args:
        gate: The gate of the stage.
        sides: The runs so far, of this load test alone.
        loads: Load tests of the stage, this one among them; count, >= 1.

    Returns:
        False where nothing is compared: then the runs that were asked for are made.
    """
    from pytest_pipeline.domain.side_by_side.judging import undecided  # noqa: PLC0415 - it looks

    return undecided(gate, sides, loads=loads) == 0
