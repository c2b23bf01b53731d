"""What `gates aa` refuses before it starts anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.adapters.stage_sessions import BESIDE_ITSELF, ONLY_COMPARED
from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.exit_codes import ExitCode

COMPARED = """
name = "orders"
[build]
kind = "wheel"
[run]
command = ["serve", "{port}"]
[environments.staging]
[stages.performance]
environment = "staging"
objectives = [{measure = "load.p95_ms", pass = ["<= +10%"]}]
[stages.performance.side_by_side]
"""


def test_a_stage_that_compares_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pipeline.toml").write_text("[stages.performance]\n", encoding="utf-8")

    ended = main(["--root", str(tmp_path), "gates", "aa", "performance"])

    said = "stage performance compares nothing side by side: add [stages.performance.side_by"
    assert ended == ExitCode.USAGE_ERROR
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("runs", ["3", "2", "five", "-4"])
def test_an_odd_number_of_runs_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], runs: str
) -> None:
    ended = main(["--root", str(tmp_path), "gates", "aa", "performance", f"--runs={runs}"])

    assert ended != ExitCode.OK
    assert "wanted an even number of runs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "runs"),
    [
        ({}, 0),
        ({ONLY_COMPARED: "1"}, 0),
        ({ONLY_COMPARED: "1", BESIDE_ITSELF: "12"}, 12),
        ({ONLY_COMPARED: "1", BESIDE_ITSELF: "many"}, 0),
        pytest.param({BESIDE_ITSELF: "12"}, 0, id="of-a-session-that-could-promote"),
    ],
)
def test_a_session_that_promotes_nothing_is_told_how_many_runs_to_make(
    environ: dict[str, str], runs: int
) -> None:
    assert wiring.runs_beside_itself(environ) == runs


def test_runs_that_do_not_fit_into_the_stage_are_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pipeline.toml").write_text(COMPARED, encoding="utf-8")

    ended = main(["--root", str(tmp_path), "gates", "aa", "performance", "--runs=1000"])

    assert ended == ExitCode.USAGE_ERROR
    assert "--runs 1000 is 20020 s of load for each load test" in capsys.readouterr().err
