"""Percentiles of what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(ordered: Sequence[float], percent: float) -> float | None:
    """Return the nearest-rank percentile: a value that was measured, never an interpolation.

    Args:
        ordered: The values in ascending order.
        percent: Which percentile, > 0 and <= 100.

    Returns:
        The smallest value that at least ``percent`` of all do not exceed; None of no values.

    Raises:
        ValueError: If ``percent`` is out of range.

    Source:
        Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996), definition 1.
    """
    if not 0 < percent <= 100:  # noqa: PLR2004 - the definition of a percentage
        raise ValueError(f"percent must be in 0 < percent <= 100, got {percent}")
    if not ordered:
        return None
    # before rounding up, drop what binary fractions add: 95 % of 20 values is the 19th
    rank = math.ceil(round(percent * len(ordered) / 100, 9))
    return ordered[max(rank, 1) - 1]
