"""Regressions that lose requests are found by the comparison, with their real number."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import SERVICES, Drill
from tests.e2e.drills.repository import Repository

ROOT = Path(__file__).parents[2]
COLUMNS = ("planted", "strategy", "requests", "lost", "router's errors", "router's retries", "exit")
STRATEGIES = ("rolling", "blue-green")
_COUNTED = re.compile(r"^counted (.*)$", re.MULTILINE)
_WITHIN_S = 240


@dataclass(frozen=True)
class Compared:
    """What a comparison with a regression came to.

    Attributes:
        exit_code: Of the command.
        row: Its one strategy.
        errors: Errors that the router counted for the release that was replaced.
        retries: Requests that the router sent again.
    """

    exit_code: int
    row: dict[str, Any]
    errors: int
    retries: int


@pytest.fixture
def slow(drill: Drill) -> Repository:
    """The tiny service; its answers take so long that some are always in flight."""
    repository = drill.copy(SERVICES / "tiny")
    repository.append(
        "pipeline.toml", '\n[environments.production.variables]\nFAULT_SLOW_S = "0.2"\n'
    )
    repository.commit()
    return repository


def compared(drill: Drill, service: Repository, plant: str, strategy: str) -> Compared:
    file = drill.folder / "planted.json"
    asked = ("strategies", "compare", "--strategy", strategy, "--rate", "60")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.acceptance.planted_comparison", plant),
            *("--root", str(service.root), *asked, "--format", "json", "--output", str(file)),
        ],
        cwd=ROOT,
        env=drill.variables(),
        capture_output=True,
        text=True,
        timeout=_WITHIN_S,
        check=False,
    )
    assert file.exists(), done.stdout + done.stderr
    (row,) = json.loads(file.read_text(encoding="utf-8"))["strategies"]
    counted = [json.loads(each) for each in _COUNTED.findall(done.stderr)]
    first = [each for each in counted if each["release"] == "r1"]
    return Compared(
        done.returncode,
        row,
        max(each["errors"] for each in first),
        max(each["retries"] for each in first),
    )


def cells(plant: str, found: Compared) -> tuple[object, ...]:
    row = found.row
    return (
        *(plant, row["strategy"], row["requests"], row["lost_requests"]),
        *(found.errors, found.retries, found.exit_code),
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("plant", ["drain skipped", "SIGTERM before the router update"])
def test_a_regression_is_found_with_its_real_number_of_lost_requests(
    drill: Drill, slow: Repository, show: Show, plant: str
) -> None:
    found = [compared(drill, slow, plant, each) for each in STRATEGIES]
    show(plant, COLUMNS, [cells(plant, each) for each in found])

    assert all(each.row["lost_requests"] > 0 for each in found)
    assert [each.row["lost_requests"] for each in found] == [each.errors for each in found]


@pytest.mark.timeout(900)
def test_without_a_regression_nothing_is_lost(drill: Drill, slow: Repository, show: Show) -> None:
    found = [compared(drill, slow, "nothing", each) for each in STRATEGIES]
    show("nothing planted", COLUMNS, [cells("nothing", each) for each in found])

    assert [each.row["lost_requests"] for each in found] == [0, 0]
    assert [each.errors for each in found] == [0, 0]


@pytest.mark.timeout(900)
@pytest.mark.xfail(reason="the router's log of attempts is not laid beside the probe's yet")
def test_drops_that_retries_hide_are_found(drill: Drill, slow: Repository, show: Show) -> None:
    found = [compared(drill, slow, "retries hide drops", each) for each in STRATEGIES]
    show("retries hide drops", COLUMNS, [cells("retries hide drops", each) for each in found])

    assert all(each.retries > 0 for each in found)
    assert [each.row["lost_requests"] for each in found] == [each.retries for each in found]
