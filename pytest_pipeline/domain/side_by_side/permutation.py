"""The exact permutation test within blocks: how likely chance alone labels runs like this.

If the candidate were no other than stable but for a shift, any two of a block's four runs could
have been the candidate's: six ways, as likely as each other. Over all blocks that is six to the
power of their number, and the share of those that look at least as extreme as what was seen is an
exact p-value; no distribution is assumed, and none is drawn by chance.

Source:
    Edgington and Onghena, *Randomization Tests*, 4th ed., 2007, on randomised blocks; the counting
    in halves is "meet in the middle", Horowitz and Sahni, 1974.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

#: Ways to say which two of a block's four runs were the candidate's.
LABELINGS = 6
#: Sums that differ by less than this share of the largest figure are ties.
_TIE_RATIO = 1e-9
#: Chances that are kept: a look at the first blocks is taken again with each block that follows.
_KEPT = 256


@dataclass(frozen=True)
class Block:
    """Figures of the four runs of a block, on the scale on which they are compared.

    Attributes:
        candidate: Of the release under test, in the order of the runs.
        stable: Of the one that it is compared with.
    """

    candidate: tuple[float, float]
    stable: tuple[float, float]

    @property
    def figures(self) -> tuple[float, float, float, float]:
        """All figures."""
        return (*self.candidate, *self.stable)


def chance_of_more(blocks: Sequence[Block], shift: float = 0.0) -> float:
    """Return the p-value of "the candidate is no more than ``shift`` above stable".

    Args:
        blocks: What was measured; one at least.
        shift: What is to be refuted, on the scale of the figures.

    Returns:
        The share of labelings whose sum over the candidate's runs, less the shift, is at least the
        one that was seen: from ``1 / 6 ** len(blocks)`` to 1. Ties count as at least as much, so
        that rounding never makes a finding.
    """
    return _chance_of_more(tuple(blocks), shift)


@lru_cache(maxsize=_KEPT)
def _chance_of_more(blocks: tuple[Block, ...], shift: float) -> float:
    tie = _TIE_RATIO * max(abs(shift), *(abs(each) for block in blocks for each in block.figures))
    half = len(blocks) // 2
    left = _sums(blocks[:half], shift)
    # Each difference is added to sums in order: runs in order, which a sort merges.
    right = sorted(_sums(blocks[half:], shift))
    extreme = sum(len(right) - bisect_left(right, -each - tie) for each in left)
    return extreme / (len(left) * len(right))


def chance_of_less(blocks: Sequence[Block], shift: float = 0.0) -> float:
    """Return the p-value of "the candidate is ``shift`` above stable, or more".

    Args:
        blocks: See `chance_of_more`. So is the following.
        shift: What is to be refuted.
    """
    mirrored = [
        Block(
            (-block.candidate[0], -block.candidate[1]),
            (-block.stable[0], -block.stable[1]),
        )
        for block in blocks
    ]
    return chance_of_more(mirrored, -shift)


def _sums(blocks: Sequence[Block], shift: float) -> list[float]:
    """Return how much each labeling of some blocks differs from what was seen."""
    sums = [0.0]
    for block in blocks:
        differences = _differences(block, shift)
        sums.sort()
        sums = [each + difference for difference in differences for each in sums]
    return sums


def _differences(block: Block, shift: float) -> list[float]:
    first, second = (each - shift for each in block.candidate)
    seen = first + second
    pairs = combinations((first, second, *block.stable), 2)
    return [one + other - seen for one, other in pairs]
