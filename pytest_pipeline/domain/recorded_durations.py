"""How long tests took, kept for the next time a stage is cut into shards."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping

from pytest_pipeline.domain.test_records import TestRecord

#: Decimal places of a duration in seconds: finer ones say nothing, and change every time.
_PLACES = 4


def durations_of(records: Iterable[TestRecord]) -> dict[str, float]:
    """Return how long each test took, all its attempts, by id, seconds, rounded to 0.1 ms."""
    return {each.nodeid: round(each.duration_s, _PLACES) for each in records if each.attempts}


def durations_to_json(durations_s: Mapping[str, float]) -> str:
    """Return durations by id as JSON, a line a test: it is the same whatever their order."""
    return json.dumps(durations_s, sort_keys=True, indent=0, ensure_ascii=False) + "\n"


def durations_from_json(text: str) -> dict[str, float]:
    """Read durations by id, seconds.

    Raises:
        ValueError: If the text is none, or one of them is no duration.
    """
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError(f"not durations by test: {type(data).__name__}")  # noqa: TRY004 - of a text
    wrong = [name for name, value in data.items() if not _is_duration(value)]
    if wrong:
        raise ValueError(f"not a duration: {wrong[0]!r} has {data[wrong[0]]!r}, wanted seconds")
    return {name: float(value) for name, value in data.items()}


def _is_duration(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return math.isfinite(value) and value >= 0
