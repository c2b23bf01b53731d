"""The command line of `pytest-pipeline`."""

from __future__ import annotations

import pytest

from pytest_pipeline.cli.main import main


@pytest.mark.parametrize("asked", [[], ["statsu"], ["history", "--limit", "x"], ["deploy"]])
def test_what_is_asked_wrongly_ends_with_4(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked) == 4
    assert "usage: pytest-pipeline" in capsys.readouterr().err
