from __future__ import annotations

import pytest

from pytest_pipeline.domain.elapsed_time import duration_words, seconds_between


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3661, "1 h 1 min"),
        (7200, "2 h"),
        (86400, "1 day"),
        (86460, "1 day"),
        (2 * 86400 + 3 * 3600 + 59, "2 days 3 h"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: float, wanted: str) -> None:
    assert duration_words(seconds) == wanted


def test_the_time_between_two_moments_knows_its_direction() -> None:
    first, second = "2026-01-31T12:00:00.000Z", "2026-01-31T12:01:30.500Z"

    assert seconds_between(first, second) == 90.5
    assert seconds_between(second, first) == -90.5


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-01-31"])
def test_what_is_no_moment_is_no_age(moment: str) -> None:
    assert seconds_between(moment, "2026-01-31T12:00:00.000Z") is None
