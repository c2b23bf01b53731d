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

from pytest_pipeline.domain.marked_requests import MARKER_HEADER
from tests.acceptance.conftest import Show
from tests.e2e.drills.drill import SERVICES, Drill
from tests.e2e.drills.repository import Repository

ROOT = Path(__file__).parents[2]
COLUMNS = (
    *("planted", "strategy", "requests", "lost", "router's errors", "router's retries"),
    *("cut off at instances", "exit"),
)
STRATEGIES = ("rolling", "blue-green")
#: Those that drain soon after they shift traffic: others bake first, and nothing is in flight then.
DRAIN_AT_ONCE = ("in-place", "rolling")
_COUNTED = re.compile(r"^counted (.*)$", re.MULTILINE)
_BEGUN = re.compile(r"^begun (\S+-\d+)$", re.MULTILINE)
_ANSWERED = re.compile(r"^answered (\S+-\d+)$", re.MULTILINE)
_WITHIN_S = 240


@dataclass(frozen=True)
class Compared:
    """What a comparison with a regression came to.

    Attributes:
        exit_code: Of the command.
        row: Its one strategy.
        errors: Errors that the router counted for the release that was replaced.
        retries: Requests that the router sent again.
        cut_off: Requests that an instance of that release began and never answered.
    """

    exit_code: int
    row: dict[str, Any]
    errors: int
    retries: int
    cut_off: int


@pytest.fixture
def slow(drill: Drill) -> Repository:
    """The tiny service; its answers take so long that some are always in flight."""
    repository = drill.copy(SERVICES / "tiny")
    repository.append("pipeline.toml", "\n[environments.production.variables]\n")
    repository.append("pipeline.toml", 'FAULT_SLOW_S = "0.2"\n')
    slept, answer = "        time.sleep(", '        self.answer(int(fault("STATUS") or 200))\n'
    repository.replace("server.py", slept, f"        {_say('begun')}\n{slept}")
    repository.replace("server.py", answer, f"{answer}        {_say('answered')}\n")
    repository.commit()
    return repository


def _say(what: str) -> str:
    return f'print("{what}", self.headers.get("{MARKER_HEADER}"), flush=True)'


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
        _cut_off(service),
    )


def _cut_off(service: Repository) -> int:
    """Count requests, not tries: one that is sent again may be cut off at two instances."""
    cut_off: set[str] = set()
    for log in service.state.glob("comparisons/*/r1-*.log"):
        text = log.read_text(encoding="utf-8")
        cut_off |= set(_BEGUN.findall(text)) - set(_ANSWERED.findall(text))
    return len(cut_off)


def cells(plant: str, found: Compared) -> tuple[object, ...]:
    row = found.row
    return (
        *(plant, row["strategy"], row["requests"], row["lost_requests"]),
        *(found.errors, found.retries, found.cut_off, found.exit_code),
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("plant", "strategy"),
    [
        *(("drain skipped", each) for each in DRAIN_AT_ONCE),
        *(("SIGTERM before the router update", each) for each in STRATEGIES),
    ],
)
def test_a_regression_is_found_with_its_real_number_of_lost_requests(
    drill: Drill, slow: Repository, show: Show, plant: str, strategy: str
) -> None:
    found = compared(drill, slow, plant, strategy)
    show(plant, COLUMNS, [cells(plant, found)])

    assert found.row["lost_requests"] > 0
    assert found.row["lost_requests"] == found.errors


@pytest.mark.timeout(900)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_without_a_regression_nothing_is_lost(
    drill: Drill, slow: Repository, show: Show, strategy: str
) -> None:
    found = compared(drill, slow, "nothing", strategy)
    show("nothing planted", COLUMNS, [cells("nothing", found)])

    assert (found.row["lost_requests"], found.errors, found.cut_off) == (0, 0, 0)


@pytest.mark.timeout(900)
def test_drops_that_retries_hide_are_found(drill: Drill, slow: Repository, show: Show) -> None:
    found = compared(drill, slow, "retries hide drops", "rolling")
    show("retries hide drops", COLUMNS, [cells("retries hide drops", found)])

    assert found.retries > 0
    assert found.row["lost_requests"] == found.cut_off
