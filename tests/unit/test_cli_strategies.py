"""`pytest-pipeline strategies`: what is asked wrongly, listed and recommended."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from pytest_pipeline.cli import strategies
from pytest_pipeline.cli.main import main
from pytest_pipeline.cli.strategies.compare import concluded, demand_output
from pytest_pipeline.domain.comparisons import ComparedStrategy, Comparison, StrategyFigures
from pytest_pipeline.domain.strategy_rows import row_of_failure
from pytest_pipeline.domain.textbook import TEXTBOOK
from pytest_pipeline.errors import ConfigError
from pytest_pipeline.wiring import comparison_table


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


@pytest.mark.parametrize(
    ("asked", "stopped", "code"),
    [
        ((), "", 0),
        (("--explain",), "", 0),
        (("--explain", "--stateful", "--rollback-budget-s=1"), "", 20),
        (("--explain", "--stateful", "--rollback-budget-s=1"), "stopped by Ctrl-C", 2),
    ],
)
def test_where_none_fits_what_was_measured_the_exit_code_is_20(
    asked: tuple[str, ...], stopped: str, code: int
) -> None:
    parser = argparse.ArgumentParser()
    strategies.add_to(parser.add_subparsers())
    before = parser.parse_args(["strategies", *asked, "compare"])
    after = parser.parse_args(["strategies", "compare", *asked])

    for options in (before, after):
        assert concluded(replace(comparison(), stopped=stopped), options, Console()) == code


def test_the_table_says_what_was_measured_and_what_was_not() -> None:
    failed = row_of_failure("canary", "the probe died")
    well = StrategyFigures(
        "rolling", "Succeeded", 200, 3, 0, 40.0, 12, 5, 3.0, 2.5, 20.0, 0.1, mixed_ms=134.0,
        reconciliation=("instances' counts are not measured",), exposed_requests=50,
        retried_requests=7,
    )  # fmt: skip
    rows = (ComparedStrategy(well, failed.deployment), failed)
    made = replace(comparison(), strategies=rows, stopped="stopped by Ctrl-C")
    said = comparison_table(made)
    row = next(each for each in said.splitlines() if each.startswith("rolling "))
    none = next(each for each in said.splitlines() if each.startswith("canary "))

    assert row.endswith("25%  3 lost")
    assert "12     134 ms     5" in row
    assert none.split() == ["canary", *["-"] * 13, "Failed"]
    assert "rolling: instances' counts are not measured" in said
    assert "rolling: 7 requests were tried again by the router" in said
    assert "stopped by Ctrl-C" in said


def comparison() -> Comparison:
    return Comparison("orders", "sha256:1", 1, 50.0, "2026-01-01T00:00:00.000Z", "Linux", ())
