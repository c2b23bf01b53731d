"""Some hundred simulated deployments; all of them are in the acceptance tests."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.domain.strategies import STRATEGIES
from pytest_pipeline.testing.simulation import Outcome, reproduction, simulate, survey, tally
from tests.integration.simulation.planted_bugs import BUGS, PlantedBug, hunt

ROLLOUTS = 400


@pytest.fixture(scope="module")
def outcomes() -> tuple[Outcome, ...]:
    return survey(range(ROLLOUTS))


def test_no_invariant_is_broken_whatever_goes_wrong(outcomes: tuple[Outcome, ...]) -> None:
    assert not reproduction(outcomes)


def test_every_strategy_ends_in_either_way(outcomes: tuple[Outcome, ...]) -> None:
    ends = {(each.strategy, each.phase) for each in outcomes}

    assert ends >= {
        (name, phase) for name in STRATEGIES for phase in (Phase.SUCCEEDED, Phase.ROLLED_BACK)
    }


def test_most_kinds_of_faults_happen_and_some_fleets_are_large(
    outcomes: tuple[Outcome, ...],
) -> None:
    counted = tally(outcomes)

    assert len(counted["fault"]) >= 18
    assert counted["fleet size"]["above 250"]


def test_a_seed_gives_the_same_events_again() -> None:
    for seed in range(20):
        first, second = simulate(seed), simulate(seed)

        assert first.events
        assert first == second


def test_a_process_of_its_own_shows_the_same_events() -> None:
    seed = next(seed for seed in range(100) if len(simulate(seed).scenario.faults) > 1)
    command = (sys.executable, "-m", "pytest_pipeline.testing.simulation", str(seed))

    shown = [
        subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout.splitlines()
        for hash_seed in ("1", "2")
    ]

    assert shown[0] == shown[1]
    assert shown[0][1:-1] == list(simulate(seed).events)


def test_a_broken_invariant_is_shown_with_the_command_that_shows_its_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bug = next(each for each in BUGS if "does not journal outcomes" in each.name)
    bug.plant(monkeypatch)

    told = reproduction(survey(range(3)))

    assert "python -m pytest_pipeline.testing.simulation 0" in told
    assert "what is done was journalled before, and its outcome after" in told


@pytest.mark.parametrize("bug", [each for each in BUGS if each.quick], ids=lambda bug: bug.name)
def test_a_planted_bug_is_seen(bug: PlantedBug, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hunt(bug, monkeypatch) is not None
