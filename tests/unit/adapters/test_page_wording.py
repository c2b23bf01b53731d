"""Figures of a page, as people read them."""

from __future__ import annotations

import pytest

from pytest_pipeline.adapters.html_report.wording import seconds


@pytest.mark.parametrize(
    ("value_s", "wanted"),
    [(0.0, "0.00 s"), (0.003, "0.003 s"), (0.04, "0.04 s"), (0.5, "0.50 s"), (12.34, "12.3 s")],
)
def test_times_of_a_few_milliseconds_are_not_nothing(value_s: float, wanted: str) -> None:
    assert seconds(value_s).replace("\N{NO-BREAK SPACE}", " ") == wanted
