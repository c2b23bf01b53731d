"""How traffic is shared between two releases that serve side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pytest_pipeline.domain.plans import Shift
from pytest_pipeline.errors import PlanError


def shift_by_count(stable: tuple[str, ...], candidate: tuple[str, ...]) -> Shift:
    """Return the shift that gives every instance the same share of new requests.

    The candidate's percentage is rounded, but stays between 1 and 99 while both serve.
    """
    if not stable or not candidate:
        return Shift(stable, candidate, 100 if candidate else 0)
    percent = round(100 * len(candidate) / (len(stable) + len(candidate)))
    return Shift(stable, candidate, min(99, max(1, percent)))


def batches(instances: tuple[str, ...], size: int) -> tuple[tuple[str, ...], ...]:
    """Split instances into batches of ``size``; the last may be short."""
    return tuple(instances[start : start + size] for start in range(0, len(instances), size))


def check_rising(percents: Sequence[int], *, of: str) -> None:
    """Refuse shares that the candidate cannot get one after the other.

    Args:
        percents: The shares, in order.
        of: The option that holds them, ``{}`` for the number of the entry: ``steps[{}].weight``.

    Raises:
        PlanError: If one is outside of 1..99 or not above the one before; all traffic is no share:
            it always comes last, by itself.
    """
    for index, percent in enumerate(percents):
        if not 1 <= percent <= 99:  # noqa: PLR2004 - percent
            raise PlanError(
                f"{of.format(index)} must be in 1..99, got {percent}; 100 comes last by itself"
            )
    for index, (before, percent) in enumerate(pairwise(percents), start=1):
        if percent <= before:
            raise PlanError(
                f"{of.format(index)} must be above {before}, the one before, got {percent}"
            )
