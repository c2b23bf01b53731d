"""Ages, as people say them."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.ages import age_text

NOW = "2026-11-23T12:00:00+00:00"


@pytest.mark.parametrize(
    ("created", "age"),
    [
        ("2026-11-23T12:00:00+00:00", "0 s"),
        ("2026-11-23T11:59:30Z", "30 s"),
        ("2026-11-23T11:58:01+00:00", "119 s"),
        ("2026-11-23T11:58:00+00:00", "2 min"),
        ("2026-11-23T13:30:00+02:00", "30 min"),
        ("2026-11-23T10:00:00", "2 h"),
        ("2026-11-20T12:00:00+00:00", "3 d"),
        ("2026-11-23T12:00:59+00:00", "0 s"),
        ("2026-11-23T12:01:01+00:00", "in the future"),
        ("yesterday", "?"),
        ("", "?"),
    ],
)
def test_an_age_is_a_number_and_a_unit(created: str, age: str) -> None:
    assert age_text(created, NOW) == age
