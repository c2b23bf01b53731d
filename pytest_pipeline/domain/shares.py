"""How traffic is shared between two releases that serve side by side."""

from __future__ import annotations

from pytest_pipeline.domain.plans import Shift


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
