"""What the page on CI jobs shows is what is generated for its configuration."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_pipeline.cli.main import main

PageReader = Callable[[str], str]
Capture = pytest.CaptureFixture[str]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def service(tmp_path: Path, page: PageReader) -> Path:
    """The service of the page, at the top of a repository."""
    (configuration,) = blocks(page("how-to/ci-jobs.md"), "toml")
    (tmp_path / "pipeline.toml").write_text(configuration, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True, timeout=30)
    return tmp_path


def test_every_excerpt_of_a_workflow_is_generated(
    service: Path, page: PageReader, capsys: Capture
) -> None:
    shown = blocks(page("how-to/ci-jobs.md"), "yaml")
    ended = [main(["--root", str(service), "ci", system]) for system in ("github", "gitlab")]
    text = capsys.readouterr().out

    assert ended == [0, 0]
    assert len(shown) == 3
    for each in shown:
        assert each in text


def test_every_excerpt_of_jobs_that_share_a_stage_is_generated(
    service: Path, page: PageReader, capsys: Capture
) -> None:
    text = page("how-to/shard-a-stage.md")
    commands = re.findall(r"^\$ pytest-pipeline (ci .*?) --output", text, re.MULTILINE)
    ended = [main(["--root", str(service), *each.split()]) for each in commands]
    generated = capsys.readouterr().out

    assert ended == [0, 0]
    assert len(blocks(text, "yaml")) == 4
    for each in blocks(text, "yaml"):
        assert each in generated


def test_every_option_that_the_page_offers_is_one(page: PageReader, capsys: Capture) -> None:
    rows = re.findall(r"^\| (`--.*?) \|", page("how-to/ci-jobs.md"), re.MULTILINE)
    offered = {option for row in rows for option in re.findall(r"--[a-z-]+", row)}
    main(["ci", "github", "--help"])
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))

    assert offered == known - {"--help", "--output", "--check", "--force"}
