"""Tests that were collected and never heard of again."""

from __future__ import annotations

_NAMED = 5


def describe_missing(missing: tuple[str, ...], collected: int) -> str:
    """Say which collected tests were never reported to their end."""
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    return (
        f"{len(missing)} of {collected} collected tests were never reported to their end: "
        f"{', '.join(missing[:_NAMED])}{more}"
    )
