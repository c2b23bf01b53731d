"""What is no envelope is told in words that say what happened."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.envelopes import envelope_from_json


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "it is empty, whoever wrote it broke off", id="empty"),
        pytest.param("\n", "it is empty, whoever wrote it broke off", id="blank"),
        pytest.param('{"payload":', "not a DSSE envelope, nor other JSON", id="half"),
        pytest.param("[]", "not a DSSE envelope", id="other-json"),
    ],
)
def test_the_reason_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        envelope_from_json(text)
