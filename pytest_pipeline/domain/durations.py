"""The ``duration.…`` measures that the records of tests tell."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.measures import LAYER_DURATIONS, MEASURES
from pytest_pipeline.domain.test_records import TestRecord

_SLOWEST = "duration.slowest_s"


def duration_measurements(records: Sequence[TestRecord]) -> dict[str, float]:
    """Return the sum of each layer's tests, and the slowest test; all attempts count.

    A layer without tests has no figure, and neither has anything where no test was recorded.
    """
    tried = [each for each in records if each.attempts]
    if not tried:
        return {}
    found: dict[str, float] = {}
    for each in tried:
        name = LAYER_DURATIONS.member(each.layer).name
        if each.layer and name not in MEASURES:
            found[name] = found.get(name, 0.0) + each.duration_s
    found[_SLOWEST] = max(each.duration_s for each in tried)
    return found


def duration_details(records: Sequence[TestRecord]) -> dict[str, tuple[str, ...]]:
    """Return which test was the slowest; of equally slow ones the first that was reported."""
    tried = [each for each in records if each.attempts]
    if not tried:
        return {}
    return {_SLOWEST: (max(tried, key=lambda each: each.duration_s).nodeid,)}
