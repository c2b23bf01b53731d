"""Recorded runs of one release, drawn again: how often rules are wrong."""

from __future__ import annotations

import math
from random import Random
from time import process_time

import pytest

from pytest_pipeline.domain.side_by_side.rates import Rate
from pytest_pipeline.domain.side_by_side.resampling import resampled
from pytest_pipeline.domain.side_by_side.simpler_rules import PooledRequests, single_run
from pytest_pipeline.domain.verdicts import Verdict
from tests.unit.domain.side_by_side.releases import P95, gate_of

DRAWS = 200


def recorded(noise: float, *, bursts: bool = False, runs: int = 72) -> list[float]:
    """Return figures of one release as a machine might give them: drift, noise, bursts."""
    random = Random(f"{noise} {bursts}")  # noqa: S311 - a simulation
    found = []
    for number in range(runs):
        burst = 1.5 if bursts and number % 24 in (7, 8, 9) else 1.0
        drift = 1 + 0.2 * math.sin(number / 12)
        found.append(100 * drift * burst * math.exp(random.gauss(0, noise)))
    return found


def draw(seed: int = 7) -> Random:
    return Random(seed)  # noqa: S311 - a simulation


@pytest.mark.parametrize("bursts", [False, True])
@pytest.mark.parametrize("noise", [0.02, 0.05, 0.15])
def test_false_alarms_stay_below_what_is_allowed(noise: float, *, bursts: bool) -> None:
    runs = [{P95: each} for each in recorded(noise, bursts=bursts)]

    found = resampled(gate_of("<= +10%"), [runs], draw().randrange, draws=DRAWS)

    assert found.of(Verdict.FAIL).ratio <= 0.05


def test_what_is_worse_by_what_has_to_be_found_is_found() -> None:
    runs = [{P95: each} for each in recorded(0.03)]

    found = resampled(gate_of("<= +10%"), [runs], draw().randrange, draws=DRAWS, worse_percent=20)

    assert found.of(Verdict.FAIL).ratio >= 0.9


def test_of_a_rate_the_worse_one_is_lower() -> None:
    runs = [{"load.requests_per_s": each} for each in recorded(0.02)]
    gate = gate_of(">= -10%", measure="load.requests_per_s")

    found = resampled(gate, [runs], draw().randrange, draws=50, worse_percent=20)

    assert found.of(Verdict.FAIL).ratio >= 0.9


def test_a_ratio_of_0_gets_worse_by_twice_the_bound() -> None:
    runs = [{"load.error_ratio": 0.0}] * 20
    gate = gate_of("<= base + 0.01", measure="load.error_ratio")

    found = resampled(gate, [runs], draw().randrange, draws=20, worse_percent=20)

    assert found.of(Verdict.FAIL).ratio == 1


def test_two_load_tests_are_judged_together() -> None:
    calm = [{P95: each} for each in recorded(0.01)]
    wild = [{P95: each} for each in recorded(0.5)]

    found = resampled(gate_of("<= +10%"), [calm, wild], draw().randrange, draws=50)

    assert found.of(Verdict.INCONCLUSIVE).ratio >= 0.5


def test_absolute_criteria_are_of_no_account() -> None:
    runs = [{P95: each} for each in recorded(0.01)]

    found = resampled(gate_of("<= +10%", "< 1"), [runs], draw().randrange, draws=20)

    assert found.of(Verdict.PASS).ratio == 1


def test_noise_comes_to_nothing_rather_than_to_a_pass() -> None:
    runs = [{P95: each} for each in recorded(0.5)]

    found = resampled(gate_of("<= +10%"), [runs], draw().randrange, draws=50, worse_percent=20)

    assert found.of(Verdict.PASS).ratio <= 0.1


def test_one_run_of_each_release_is_often_wrong() -> None:
    figures = recorded(0.1)

    found = single_run(figures, draw().randrange, draws=DRAWS, tolerated=1.1)

    assert found.of(Verdict.FAIL).ratio > 0.15


def test_requests_thrown_together_are_often_wrong() -> None:
    random = draw()
    # Each run has a level of its own, which its requests share.
    samples = [
        [level * random.gauss(1, 0.2) for _ in range(200)] for level in recorded(0.1, runs=24)
    ]

    equal = PooledRequests(samples).rates(draw().randrange, draws=DRAWS, runs=8, level=0.05)
    worse = PooledRequests(samples, 1.5).rates(draw().randrange, draws=DRAWS, runs=8, level=0.05)

    assert equal.of(Verdict.FAIL).ratio > 0.1
    assert worse.of(Verdict.FAIL).ratio == 1


def test_requests_thrown_together_are_right_where_runs_do_not_differ() -> None:
    random = draw()
    samples = [[random.expovariate(1) for _ in range(100)] for _ in range(64)]

    found = PooledRequests(samples).rates(draw().randrange, draws=DRAWS, runs=8, level=0.05)

    assert found.of(Verdict.FAIL).ratio <= 0.1


@pytest.mark.parametrize(
    ("count", "of", "lower", "upper"),
    [(0, 2000, 0.0, 0.0019), (100, 2000, 0.0413, 0.0605), (10, 10, 0.7225, 1.0)],
)
def test_a_rate_tells_its_limits(count: int, of: int, lower: float, upper: float) -> None:
    assert Rate(count, of).interval() == pytest.approx((lower, upper), abs=1e-4)


def test_a_rate_is_told_in_percent() -> None:
    assert Rate(100, 2000).told == "5.0 % (4.1 to 6.0 %)"


def test_drawn_runs_are_judged_without_an_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> tuple[float, float]:
        raise AssertionError("an interval takes fifty times as long as a verdict")

    monkeypatch.setattr("pytest_pipeline.domain.side_by_side.comparing.interval_of", never)
    runs = [{P95: each} for each in recorded(0.2)]

    found = resampled(gate_of("<= +10%"), [runs], draw().randrange, draws=20)

    assert found.of(*Verdict).ratio == 1


def test_the_most_runs_are_drawn_again_in_time() -> None:
    runs = [{P95: each} for each in recorded(0.2)]
    before = process_time()

    resampled(gate_of("<= +10%", runs=24), [runs], draw().randrange, draws=5)

    assert process_time() - before < 2
