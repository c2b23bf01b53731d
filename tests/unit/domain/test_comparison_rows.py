"""Rows of a comparison: of trials, as JSON, as an exit code."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pytest_pipeline.domain.comparison_outcome import outcome
from pytest_pipeline.domain.comparison_records import comparison_record, read_figures
from pytest_pipeline.domain.comparisons import Comparison
from pytest_pipeline.domain.courses import Course, StepTime
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.strategy_rows import ABORTED, REDEPLOYED, Trial, figures_of
from pytest_pipeline.domain.traffic import Outcome, RequestSample
from pytest_pipeline.errors import ConfigError

DONE = DeploymentRecord(
    "d", "production", "rolling", DeploymentStatus.SUCCEEDED, "r1", "r2", "sha256:1",
    100, 0, 0, 20.0, 30.0, None, None, 4.0, phase="succeeded", peak_instances=3,
    downtime_ms=0.0, critical_path_s=2.5,
)  # fmt: skip
BACK = replace(DONE, status=DeploymentStatus.STOPPED, phase="rolled back", rollback_ms=120.0)


def course(*, lag_s: float = 0.0, took_s: float = 3.0) -> Course:
    samples = tuple(
        RequestSample(at, at + lag_s, at + lag_s + 0.01, Outcome.OK, "r1", "200")
        for at in (0.1, 0.2, 0.3)
    )
    steps = (StepTime("shift", 0.5, 0.6, 0.05, switches=True),)
    return Course("r1", "r2", 0.0, took_s, samples, steps=steps)


def comparison(*trials: Trial) -> Comparison:
    row = figures_of("rolling", trials, "bake_s = 2")
    return Comparison("orders", "sha256:1", 2, 50.0, "2026-01-01T00:00:00.000Z", "Linux", (row,))


def test_counts_are_summed_up_and_the_worst_and_the_typical_are_told_apart() -> None:
    bad = replace(DONE, lost_requests=3, downtime_ms=40.0, critical_path_s=9.0)
    trials = [
        Trial(DONE, course(took_s=3.0), BACK, course()),
        Trial(bad, course(took_s=8.0), replace(BACK, rollback_ms=900.0), course()),
        Trial(DONE, course(took_s=4.0), BACK, course()),
    ]

    row = figures_of("rolling", trials).figures

    assert (row.requests, row.lost_requests, row.downtime_ms) == (300, 3, 40.0)
    assert (row.deploy_s, row.critical_path_s) == (4.0, 2.5)
    assert row.rollback_s == pytest.approx(0.9)
    assert row.note == f"{ABORTED}; 3 trials"


def test_a_way_back_by_deployment_lasts_until_its_last_switch() -> None:
    row = figures_of("rolling", [Trial(DONE, course(), DONE, course())]).figures

    assert row.rollback_s == pytest.approx(0.6)
    assert row.note == REDEPLOYED


@pytest.mark.parametrize(
    ("trial", "code"),
    [
        (Trial(DONE, course(), BACK, course()), 0),
        (Trial(replace(DONE, invalid="lagged"), course(), BACK, course()), 21),
        (Trial(DONE, course(), replace(BACK, invalid="lagged"), course()), 21),
        (Trial(DONE, replace(course(), samples=())), 21),
        (Trial(replace(DONE, status=DeploymentStatus.FAILED, failure="why"), course()), 23),
        (Trial(DONE, course(), replace(BACK, phase="rollback failed", failure="x"), course()), 23),
        (Trial(replace(BACK, failure="why", invalid="lagged"), course()), 23),
    ],
)
def test_the_exit_code_says_what_failed_and_what_cannot_be_trusted(trial: Trial, code: int) -> None:
    assert outcome(comparison(trial)) == code


def test_what_is_written_as_json_is_read_again() -> None:
    made = comparison(Trial(DONE, course(lag_s=0.2), BACK, course()))
    written = json.loads(json.dumps(comparison_record(made)))

    (row,) = read_figures(written, of="FILE")

    assert row.p95_ms == pytest.approx(made.strategies[0].figures.p95_ms)
    assert replace(row, p95_ms=None) == replace(made.strategies[0].figures, p95_ms=None)
    assert written["strategies"][0]["risk"].startswith("medium")


@pytest.mark.parametrize("written", [[], {}, {"strategies": [{}]}, {"strategies": None}, None])
def test_what_is_no_comparison_is_refused(written: object) -> None:
    with pytest.raises(ConfigError, match="FILE holds no comparison"):
        read_figures(written, of="FILE")
