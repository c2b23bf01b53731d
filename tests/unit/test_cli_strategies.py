"""`pytest-pipeline strategies`: what is asked wrongly, listed and recommended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_pipeline.cli.main import main
from pytest_pipeline.cli.strategies.compare import demand_output
from pytest_pipeline.domain.textbook import TEXTBOOK
from pytest_pipeline.errors import ConfigError


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "strategies: wanted compare, list, recommend or --explain"),
        (["compare", "--repeat", "0"], "must be at least 1, got 0"),
        (["compare", "--format", "xml"], "invalid choice: 'xml'"),
        (["recommend", "--rollback-budget-s", "-1"], "must be seconds >= 0, got -1"),
        (["recommend", "--spare-instances", "-1"], "must be a count >= 0, got -1"),
        (["recommend", "--measured", "/nowhere.json"], "--measured /nowhere.json cannot be read"),
    ],
)
def test_what_is_asked_wrongly_is_answered_and_ends_with_4(
    asked: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["strategies", *asked]) == 4
    assert said in " ".join(capsys.readouterr().err.split())


def test_the_list_names_every_strategy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["strategies", "list"]) == 0

    listed = capsys.readouterr().out
    assert all(f"\n{name} " in listed for name in TEXTBOOK)


@pytest.mark.parametrize("asked", [["recommend"], ["--explain"]])
def test_one_is_recommended_and_each_other_is_not(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["strategies", *asked, "--spare-instances", "1"]) == 0

    said = capsys.readouterr().out
    assert "take rolling (from plans and textbooks)" in said
    assert said.count("\n  not ") == len(TEXTBOOK) - 1
    assert "not canary: needs 2 more instances, there is room for 1" in said


def test_where_none_fits_the_exit_code_is_20(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["strategies", "recommend", "--replicas", "1", "--stateful"]) == 20
    assert "none fits" in capsys.readouterr().out


def test_a_file_that_holds_no_comparison_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.json"
    file.write_text(json.dumps({"stages": []}), encoding="utf-8")

    assert main(["strategies", "recommend", "--measured", str(file)]) == 4
    assert f"{file} holds no comparison" in " ".join(capsys.readouterr().err.split())


def test_what_can_be_borne_may_stand_before_the_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["strategies", "--stateful", "recommend", "--replicas", "1"]) == 20
    assert "none fits" in capsys.readouterr().out


def test_an_output_that_cannot_be_written_is_refused_before_anything_is_measured(
    tmp_path: Path,
) -> None:
    file = tmp_path / "absent" / "comparison.json"

    with pytest.raises(ConfigError, match=f"--output {file} cannot be written"):
        demand_output(file)
    demand_output(tmp_path / "comparison.json")
    assert list(tmp_path.iterdir()) == []
