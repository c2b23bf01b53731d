"""How much worse the candidate is, and between which limits that lies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from pytest_pipeline.domain.side_by_side.permutation import (
    LABELINGS,
    Block,
    chance_of_less,
    chance_of_more,
)

#: Halvings on the way to a limit: it is exact to a millionth of the range of the figures.
_HALVINGS = 24


def effect_of(blocks: Sequence[Block]) -> float:
    """Return the mean of the candidate's figures less that of stable's."""
    return _mean(blocks, "candidate") - _mean(blocks, "stable")


def interval_of(blocks: Sequence[Block], level: float) -> tuple[float, float]:
    """Return the shifts that the permutation test does not refute.

    Args:
        blocks: What was measured; one at least.
        level: Of each of its two sides, 0-0.5: 0.05 makes an interval of 90 %.

    Returns:
        Lower and upper limit on the scale of the figures; infinite where there are too few blocks
        to refute anything at that level.

    Source:
        Inversion of a test: Edgington and Onghena, 2007; Garthwaite, *Confidence intervals from
        randomization tests*, Biometrics 52, 1996.
    """
    if LABELINGS ** -len(blocks) > level:
        return -math.inf, math.inf
    candidate = [each for block in blocks for each in block.candidate]
    stable = [each for block in blocks for each in block.stable]
    least, most = min(candidate) - max(stable), max(candidate) - min(stable)
    margin = (most - least) * 1e-6 + 1e-12
    below, above = least - margin, most + margin
    return (
        _limit(lambda shift: chance_of_more(blocks, shift) <= level, below, above),
        _limit(lambda shift: chance_of_less(blocks, shift) <= level, above, below),
    )


def _limit(refuted: Callable[[float], bool], outside: float, inside: float) -> float:
    """Return where shifts begin not to be refuted, on the refuted side of it."""
    for _ in range(_HALVINGS):
        middle = (outside + inside) / 2
        if refuted(middle):
            outside = middle
        else:
            inside = middle
    return outside


def _mean(blocks: Sequence[Block], side: str) -> float:
    figures: list[float] = [each for block in blocks for each in getattr(block, side)]
    return math.fsum(figures) / len(figures)
