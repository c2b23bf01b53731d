from __future__ import annotations

import pytest

from pytest_pipeline.config.suggestions import did_you_mean


@pytest.mark.parametrize(
    ("got", "meant"),
    [
        pytest.param("replcas", "replicas", id="letter-missing"),
        pytest.param("REPLICAS", "replicas", id="case"),
        pytest.param("blue_green", "blue-green", id="dash"),
    ],
)
def test_the_nearest_known_name_is_suggested(got: str, meant: str) -> None:
    known = ["target", "replicas", "blue-green"]

    assert did_you_mean(got, known) == f"; did you mean {meant!r}?"


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert did_you_mean("colour", ["target", "replicas"]) == ""
