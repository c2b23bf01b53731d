"""What `down` says while a deployment is under way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.exit_codes import ExitCode


@pytest.fixture
def in_use(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "pipeline.toml").write_text("", encoding="utf-8")
    with wiring.toolbox(tmp_path, wiring.standard_progress()) as tools:
        tools.records.write("staging", {"url": "http://127.0.0.1:1"})
        tools.records.acquire("staging", by="execution e1")
        yield tmp_path
        tools.records.yield_up("staging")


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_it_is_refused_with_advice_of_its_own(
    in_use: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ended = main(["--root", str(in_use), "down", "staging", *arguments])
    said = "".join(capsys.readouterr())

    assert ended == ExitCode.ERROR
    assert "in use by execution e1" in said
    assert "pytest-pipeline abort staging" in said
    assert "concurrency" not in said
