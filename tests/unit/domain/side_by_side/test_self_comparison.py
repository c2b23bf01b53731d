"""What a release beside itself says of the settings."""

from __future__ import annotations

from random import Random

import pytest

from pytest_pipeline.cli.gates.aa_texts import noise_rows, record_of, summary
from pytest_pipeline.domain.side_by_side.self_comparison import (
    SelfComparison,
    compared_with_itself,
)
from pytest_pipeline.domain.verdicts import Verdict
from tests.unit.domain.side_by_side.releases import gate_of, noisy_sides, sides_of


def found(noise: float, *, runs: int = 12, draws: int = 60) -> SelfComparison:
    random = Random(7)  # noqa: S311 - a simulation
    sides = noisy_sides(random, runs=runs, noise=noise)
    gate = gate_of("<= +10%", "< 1")
    return compared_with_itself(gate, [("test_a", sides)], random.randrange, draws=draws)


def test_a_calm_machine_tells_equal_from_worse() -> None:
    calm = found(0.02)

    assert calm.verdict is Verdict.PASS
    assert calm.equal.of(Verdict.FAIL).ratio == 0
    assert calm.worse.of(Verdict.FAIL).ratio == 1
    assert calm.needed_runs in {4, 6}


def test_a_wild_machine_needs_more_runs_than_are_possible() -> None:
    wild = found(0.5)

    assert wild.worse.of(Verdict.PASS).interval()[0] <= 0.1
    assert wild.needed_runs is None


def test_the_noise_is_that_from_run_to_run() -> None:
    (seen,) = found(0.05, runs=8).noise

    assert (seen.load, seen.measure) == ("test_a", "load.p95_ms")
    assert seen.noise == pytest.approx(5, abs=2)


def test_runs_beyond_the_settings_are_drawn_and_not_judged() -> None:
    comparison = found(0.02, runs=20)

    assert comparison.runs == 20
    assert "8 runs each" in comparison.results[0].reason


def test_what_cannot_be_compared_is_told() -> None:
    sides = sides_of([0.0] * 8, [0.0] * 8)
    comparison = compared_with_itself(
        gate_of("<= +10%"),
        [("test_a", sides)],
        Random(7).randrange,  # noqa: S311 - a simulation
        draws=3,
    )

    assert comparison.verdict is Verdict.INCONCLUSIVE
    assert "16 of 16 runs have 0" in noise_rows(comparison)[0][3]
    assert record_of("performance", comparison)["needed_runs"] is None


def test_it_is_told_in_lines_and_for_programs() -> None:
    comparison = found(0.02)
    record = record_of("performance", comparison)

    assert "an equal release fails       0.0 % (0.0 to 6.0 %)" in summary(comparison)
    assert "one that is worse is found   100.0 % (94.0 to 100.0 %), at +20 %" in summary(comparison)
    assert record["worse_found"]["ratio"] == 1
    assert record["verdict"] == "PASS"
