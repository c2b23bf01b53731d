"""What `gates aa` refuses before it starts anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.adapters.stage_sessions import BESIDE_ITSELF
from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.exit_codes import ExitCode


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("", "stage performance compares nothing side by side: add [stages.performance.side_by"),
        ("[stages.performance.side_by_side]", "no objective of stage performance compares load"),
    ],
)
def test_a_stage_that_compares_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stage: str, said: str
) -> None:
    (tmp_path / "pipeline.toml").write_text(f"[stages.performance]\n{stage}\n", encoding="utf-8")

    ended = main(["--root", str(tmp_path), "gates", "aa", "performance"])

    assert ended == ExitCode.USAGE_ERROR
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("runs", ["3", "2", "five", "-4"])
def test_an_odd_number_of_runs_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], runs: str
) -> None:
    ended = main(["--root", str(tmp_path), "gates", "aa", "performance", f"--runs={runs}"])

    assert ended != ExitCode.OK
    assert "wanted an even number of runs" in capsys.readouterr().err


@pytest.mark.parametrize(("environ", "runs"), [({}, 0), ({BESIDE_ITSELF: "12"}, 12)])
def test_a_session_is_told_how_many_runs_to_make(environ: dict[str, str], runs: int) -> None:
    assert wiring.runs_beside_itself(environ) == runs
