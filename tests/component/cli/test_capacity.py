"""`pytest-pipeline capacity`: what is asked wrongly is answered before anything is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.cli.main import main

CONFIGURATION = """
name = "tiny"

[build]
kind = "command"
command = ["build", "{output}"]

[run]
command = ["serve", "{port}"]
ready = "/ready"

[stages.e2e]
environment = "staging"

[[stages.e2e.objectives]]
measure = "load.requests_per_s"
pass = ["> 50"]

[environments.staging]
replicas = 1
strategy = "in-place"
"""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "required: ENV"),
        (["staging", "--instances", "1,0"], "must be a count >= 1, got 0"),
        (["staging", "--instances", "1,x"], "argument --instances: invalid"),
        (["staging", "--duration", "0"], "must be a number > 0, got 0"),
        (["staging", "--warm-up", "-1"], "must be a number >= 0, got -1"),
        (["staging", "--format", "xml"], "invalid choice: 'xml'"),
        (["prod"], "'prod'"),
        (["staging"], "no objective to find the capacity of staging by"),
        (["staging", "--objective", "load.p95_ms"], "--objective 'load.p95_ms'"),
        (
            ["staging", "--objective", "load.p95_ms < 9", "--from", "9", "--to", "8"],
            "--to must be above --from (9), got 8",
        ),
        (
            ["staging", "--objective", "load.p95_ms < 9", "--html", "/nowhere/page.html"],
            "--html /nowhere/page.html cannot be written",
        ),
        (
            ["staging", "--objective", "load.p95_ms < 9", "--locustfile", "none.py"],
            "--locustfile none.py is no file",
        ),
        (
            ["staging", "--objective", "load.p95_ms < 9"],
            "--locustfile has to name a locustfile, for there is none in the source",
        ),
        (
            ["staging", "--objective=load.p95_ms < 9", f"--locustfile={__file__}", "--release=r7"],
            "staging has no release 'r7'",
        ),
    ],
)
def test_what_is_asked_wrongly_is_answered_and_ends_with_4(
    asked: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pipeline.toml").write_text(CONFIGURATION, encoding="utf-8")

    assert main(["--root", str(tmp_path), "capacity", *asked]) == 4
    assert said in " ".join(capsys.readouterr().err.split())
