"""Holm's correction: several comparisons share one error."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return p-values so that whichever is at most the level is a finding among all of them.

    Args:
        p_values: Those of all comparisons that were planned; one of which nothing is known is 1.

    Source:
        Holm, *A simple sequentially rejective multiple test procedure*, Scandinavian Journal of
        Statistics 6, 1979. It holds however the comparisons depend on each other.
    """
    corrected = [1.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, p_values[index] * (len(p_values) - rank)))
        corrected[index] = highest
    return tuple(corrected)
