"""How often rules fail an equal release, and find a worse one: by real runs, drawn again."""

from __future__ import annotations

import statistics
from random import Random

import pytest

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.gates import Gate, Objective
from pytest_pipeline.domain.side_by_side import SideBySide
from pytest_pipeline.domain.side_by_side.resampling import VerdictRates, resampled
from pytest_pipeline.domain.side_by_side.simpler_rules import PooledRequests, single_run
from pytest_pipeline.domain.verdicts import Verdict
from tests.acceptance.conftest import Show
from tests.acceptance.recorded_runs import DURATION_S, LONGEST_S, Recorded, record_runs
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

DRAWS = 2000
_SETTINGS = SideBySide()
_WORSE = 1 + _SETTINGS.detect_percent / 100
_P95 = "load.p95_ms"

Rates = tuple[VerdictRates, VerdictRates]


def draw() -> Random:
    return Random(7)  # noqa: S311 - a simulation


def side_by_side(recorded: Recorded) -> Rates:
    gate = Gate((Objective(_P95, (parse_criterion("<= +10%"),)),), side_by_side=_SETTINGS)
    runs = [{_P95: each} for each in recorded.p95_ms]
    equal, worse = (
        resampled(gate, [runs], draw().randrange, draws=DRAWS, worse_percent=percent)
        for percent in (0.0, _SETTINGS.detect_percent)
    )
    return equal, worse


def one_run_each(recorded: Recorded) -> Rates:
    equal, worse = (
        single_run(recorded.p95_ms, draw().randrange, draws=DRAWS, tolerated=1.1, worse=factor)
        for factor in (1.0, _WORSE)
    )
    return equal, worse


def requests_together(recorded: Recorded) -> Rates:
    equal, worse = (
        PooledRequests(recorded.samples, factor).rates(
            draw().randrange, draws=DRAWS, runs=_SETTINGS.runs, level=0.05
        )
        for factor in (1.0, _WORSE)
    )
    return equal, worse


@pytest.mark.timeout(LONGEST_S + 600)
def test_the_defaults_fail_few_equal_releases_and_find_worse_ones(
    drill: Drill, sample: Repository, show: Show
) -> None:
    recorded = record_runs(drill, sample)
    rules = {
        "side by side, 8 runs each, p95 <= +10 %": side_by_side(recorded),
        "one run each, p95 <= +10 %": one_run_each(recorded),
        "requests of 8 runs each together, Mann and Whitney, 5 %": requests_together(recorded),
    }

    level = statistics.median(recorded.p95_ms)
    spread = statistics.stdev(recorded.p95_ms) / statistics.mean(recorded.p95_ms)
    requests = sum(map(len, recorded.samples))
    show(
        f"{len(recorded.p95_ms)} runs of {DURATION_S:g} s in {recorded.took_s / 60:.1f} minutes, "
        f"{requests} requests, p95 {level:.1f} ms, from run to run {spread:.1%}; {DRAWS} draws",
        ("rule", "false fails (95 % interval)", "+20 % found", "inconclusive, equal and +20 %"),
        [
            (
                name,
                equal.of(Verdict.FAIL).told,
                worse.of(Verdict.FAIL).told,
                " and ".join(
                    f"{each.of(Verdict.INCONCLUSIVE).ratio:.1%}" for each in (equal, worse)
                ),
            )
            for name, (equal, worse) in rules.items()
        ],
    )

    equal, worse = rules["side by side, 8 runs each, p95 <= +10 %"]

    assert len(recorded.p95_ms) >= 60
    assert equal.of(Verdict.FAIL).ratio <= 0.05
    assert worse.of(Verdict.FAIL).ratio >= 0.9
