"""Layers read from the text of a test file."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.layers import STANDARD_LAYERS
from pytest_pipeline.plugin.mark_scan import marked_layers


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        pytest.param("@pytest.mark.unit\ndef test(): ...", {"unit"}, id="decorator"),
        pytest.param("pytestmark = [mark.e2e, mark.slow]", {"e2e"}, id="module"),
        pytest.param("x = pytest.mark.layer('unit')", {"unit"}, id="by-name"),
        pytest.param("x = pytest.mark.layer(name='e2e')", {"e2e"}, id="by-keyword"),
        pytest.param("x = pytest.mark.layer('other')", set(), id="unknown"),
        pytest.param("'''as in @pytest.mark.unit'''", set(), id="in-a-string"),
        pytest.param("# pytest.mark.unit", set(), id="in-a-comment"),
        pytest.param("benchmark.unit", set(), id="other-name"),
        pytest.param("pytest.mark.unit (", set(), id="broken"),
    ],
)
def test_marks_are_read_and_mentions_are_not(text: str, layers: set[str]) -> None:
    assert marked_layers(text, STANDARD_LAYERS) == layers
