"""Tests that were collected and never heard of again."""

from __future__ import annotations

from pytest_pipeline.domain.naming_some import some_of


def describe_missing(missing: tuple[str, ...], collected: int) -> str:
    """Say which collected tests were never reported to their end."""
    return (
        f"{len(missing)} of {collected} collected tests were never reported to their end: "
        f"{some_of(missing)}"
    )
