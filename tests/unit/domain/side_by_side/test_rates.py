"""How often the rule is wrong: by simulation, at noise from run to run."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from pytest_pipeline.domain.gates import Gate, judge
from pytest_pipeline.domain.side_by_side import SideBySide, Sides
from pytest_pipeline.domain.side_by_side.judging import is_decided
from pytest_pipeline.domain.side_by_side.needed_runs import Distances, needed_runs
from pytest_pipeline.domain.side_by_side.stage_sides import RunsBeside
from pytest_pipeline.domain.side_by_side.tolerances import tolerance_of
from pytest_pipeline.domain.verdicts import Verdict
from tests.unit.domain.side_by_side.releases import P95, gate_of, noisy_sides

DRAWS = 250


def rates(gate: Gate, *, noise: float, slower: float, runs: int = 8) -> Counter[Verdict]:
    """Return how often each verdict is given, with every look at which a load may stop."""
    random = Random(f"{noise} {slower} {runs}")  # noqa: S311 - a simulation
    found = Counter[Verdict]()
    for _ in range(DRAWS):
        sides = noisy_sides(random, runs=runs, noise=noise, slower=slower)
        seen = next(filter(lambda some: is_decided(gate, some), _looks(sides)), sides)
        found[judge(gate, {P95: 1.0}, beside=RunsBeside((("test", seen),))).verdict] += 1
    return found


def _looks(sides: Sides) -> list[Sides]:
    return [
        Sides(sides.stable, tuple(each for each in sides.runs if each.block < blocks))
        for blocks in range(2, sides.blocks + 1)
    ]


@pytest.mark.parametrize("noise", [0.02, 0.05, 0.1, 0.3])
def test_an_equal_release_is_failed_by_no_more_than_is_allowed(noise: float) -> None:
    # The strictest objective there is: any effect for the worse misses it.
    found = rates(gate_of("<= +0%"), noise=noise, slower=1.0)

    assert found[Verdict.FAIL] / DRAWS <= 0.05 + 0.02


@pytest.mark.parametrize("noise", [0.02, 0.05, 0.1, 0.3])
def test_a_release_that_is_worse_by_what_has_to_be_found_passes_no_more_than_is_allowed(
    noise: float,
) -> None:
    # Just below what has to be found, everything is tolerated.
    found = rates(gate_of("<= +19.9%"), noise=noise, slower=1.2)

    assert found[Verdict.PASS] / DRAWS <= 0.1 + 0.03


def test_at_five_percent_noise_the_defaults_tell_equal_from_worse() -> None:
    gate = gate_of("<= +10%")
    equal, worse = (rates(gate, noise=0.05, slower=slower) for slower in (1.0, 1.2))

    assert equal[Verdict.PASS] / DRAWS >= 0.9
    assert equal[Verdict.FAIL] == 0
    assert worse[Verdict.FAIL] / DRAWS >= 0.9
    assert worse[Verdict.PASS] / DRAWS <= 0.03


@pytest.mark.parametrize("noise", [0.04, 0.06, 0.08, 0.1])
def test_the_runs_that_are_said_to_decide_have_the_power_that_is_declared(noise: float) -> None:
    bound, detected = (_scaled(text) for text in ("<= +10%", "<= +20%"))
    runs = needed_runs(noise, Distances(detected, detected - bound, detected), SideBySide())
    assert runs is not None
    gate = gate_of("<= +10%", runs=runs)

    equal = rates(gate, noise=noise, slower=1.0, runs=runs)
    worse = rates(gate, noise=noise, slower=1.2, runs=runs)

    assert equal[Verdict.PASS] / DRAWS >= 0.85
    assert worse[Verdict.FAIL] / DRAWS >= 0.85


def test_many_runs_are_not_said_to_be_needed_without_noise() -> None:
    assert needed_runs(0.0, Distances(0.18, 0.08, 0.18), SideBySide()) == 4


def _scaled(text: str) -> float:
    tolerance = tolerance_of(gate_of(text).objectives[0].pass_criteria[0])
    assert tolerance is not None
    return tolerance.bound
