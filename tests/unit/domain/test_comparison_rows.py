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
from pytest_pipeline.domain.strategy_rows import Trial, figures_of, row_of_failure
from pytest_pipeline.domain.traffic import Outcome, RequestSample
from pytest_pipeline.domain.ways_back import REASON, WayBack
from pytest_pipeline.errors import ConfigError

DONE = DeploymentRecord(
    "d", "production", "rolling", DeploymentStatus.SUCCEEDED, "r1", "r2", "sha256:1",
    100, 0, 0, 20.0, 30.0, None, None, 4.0, phase="succeeded", peak_instances=3,
    downtime_ms=0.0, critical_path_s=2.5,
)  # fmt: skip
BACK = replace(
    DONE,
    status=DeploymentStatus.STOPPED,
    phase="rolled back",
    rollback_ms=120.0,
    trigger="STOP_ON_REQUEST",
    failure=f"aborted: {REASON}",
)


def course(*, lag_s: float = 0.0, took_s: float = 3.0) -> Course:
    samples = tuple(
        RequestSample(at, at + lag_s, at + lag_s + 0.01, Outcome.OK, "r1", "200")
        for at in (0.1, 0.2, 0.3)
    )
    steps = (StepTime("shift", 0.5, 0.6, 0.05, switches=True),)
    return Course("r1", "r2", 0.0, took_s, samples, steps=steps)


def aborted(
    record: DeploymentRecord = DONE, back: DeploymentRecord = BACK, *, took_s: float = 3.0
) -> Trial:
    return Trial(record, course(took_s=took_s), back, course(), WayBack.ABORTED, asked=True)


def comparison(*trials: Trial) -> Comparison:
    row = figures_of("rolling", trials, "bake_s = 2")
    return Comparison("orders", "sha256:1", 2, 50.0, "2026-01-01T00:00:00.000Z", "Linux", (row,))


def test_counts_are_summed_up_and_the_worst_and_the_typical_are_told_apart() -> None:
    bad = replace(DONE, lost_requests=3, downtime_ms=40.0, critical_path_s=9.0)
    trials = [
        aborted(took_s=3.0),
        aborted(bad, replace(BACK, rollback_ms=900.0), took_s=8.0),
        aborted(took_s=4.0),
    ]

    row = figures_of("rolling", trials).figures

    assert (row.requests, row.lost_requests, row.downtime_ms) == (300, 3, 40.0)
    assert (row.deploy_s, row.critical_path_s) == (4.0, 2.5)
    assert row.rollback_s == pytest.approx(0.9)
    assert row.note == f"{WayBack.ABORTED}; 3 trials"


def test_a_way_back_by_deployment_lasts_until_its_last_switch() -> None:
    row = figures_of("rolling", [Trial(DONE, course(), DONE, course())]).figures

    assert row.rollback_s == pytest.approx(0.6)
    assert row.note == WayBack.REDEPLOYED


@pytest.mark.parametrize(
    ("trial", "code"),
    [
        (aborted(), 0),
        (aborted(replace(DONE, invalid="lagged")), 21),
        (aborted(back=replace(BACK, invalid="lagged")), 21),
        (Trial(DONE, replace(course(), samples=())), 21),
        (Trial(replace(DONE, status=DeploymentStatus.FAILED, failure="why"), course()), 23),
        (aborted(back=replace(BACK, phase="rollback failed")), 23),
        (Trial(replace(BACK, failure="why", invalid="lagged"), course()), 23),
    ],
)
def test_the_exit_code_says_what_failed_and_what_cannot_be_trusted(trial: Trial, code: int) -> None:
    assert outcome(comparison(trial)) == code


def test_what_is_written_as_json_is_read_again() -> None:
    made = comparison(replace(aborted(), course=course(lag_s=0.2)))
    written = json.loads(json.dumps(comparison_record(made)))

    (row,) = read_figures(written, of="FILE")

    assert row.p95_ms == pytest.approx(made.strategies[0].figures.p95_ms)
    assert replace(row, p95_ms=None) == replace(made.strategies[0].figures, p95_ms=None)
    assert written["strategies"][0]["risk"] == 0
    assert written["strategies"][0]["textbook_risk"].startswith("medium")


BROKEN = "too few of 4 instances are healthy"


@pytest.mark.parametrize(
    ("trial", "failure"),
    [
        # A failed deployment of the earlier release that rolled itself back looks like an abort.
        (
            Trial(
                DONE, course(), replace(BACK, status=DeploymentStatus.FAILED, failure=BROKEN),
                course(),
            ),
            BROKEN,
        ),
        (aborted(back=replace(BACK, failure=BROKEN)), BROKEN),
        (aborted(back=replace(BACK, trigger="DEPLOYMENT_FAILURE")), BACK.failure),
        (replace(aborted(), asked=False), BACK.failure),
        (aborted(back=replace(DONE, phase="succeeded")), "it ended Succeeded, succeeded"),
    ],
)  # fmt: skip
def test_a_way_back_that_is_not_the_one_that_was_meant_failed(trial: Trial, failure: str) -> None:
    row = figures_of("rolling", [trial]).figures

    assert row.failure == f"on the way back: {failure}"
    assert row.rollback_s is None
    assert WayBack.ABORTED not in row.note
    assert WayBack.REDEPLOYED not in row.note


@pytest.mark.parametrize(
    ("outcome_", "detail"), [(Outcome.ERROR, "500"), (Outcome.OK, "404"), (Outcome.LOST, "reset")]
)
def test_a_service_that_answers_nothing_well_is_a_problem(outcome_: Outcome, detail: str) -> None:
    samples = tuple(
        replace(each, outcome=outcome_, detail=detail, route="GET /health")
        for each in course().samples
    )
    made = comparison(replace(aborted(), course=replace(course(), samples=samples)))

    (problem,) = made.strategies[0].figures.problems
    assert f"GET /health got {detail} (3 x)" in problem
    assert outcome(made) == 21


def test_notes_and_findings_of_the_records_are_kept() -> None:
    record = replace(DONE, note="9 x 404", reconciliation=("not counted",), retried_requests=2)
    findings = ("not counted", "1 fewer")
    back = replace(BACK, note="1 x 404", reconciliation=findings, retried_requests=1)

    row = figures_of("rolling", [aborted(record, back)]).figures

    assert "9 x 404; on the way back: 1 x 404" in row.note
    assert row.reconciliation == ("not counted", "on the way back: 1 fewer")
    assert row.retried_requests == 3


def test_what_a_failed_strategy_did_not_measure_is_null() -> None:
    made = replace(comparison(aborted()), strategies=(row_of_failure("canary", "why"),))
    (written,) = json.loads(json.dumps(comparison_record(made)))["strategies"]

    zeros = [name for name, value in written.items() if value == 0]
    assert zeros == []
    assert (written["requests"], written["deploy_s"], written["risk"]) == (None, None, None)
    assert read_figures({"strategies": [written]}, of="FILE") == (made.strategies[0].figures,)


def test_who_met_the_candidate_before_its_last_switch_is_the_risk() -> None:
    samples = tuple(
        RequestSample(at, at, at + 0.01, Outcome.OK, release, "200")
        for at, release in ((0.1, "r1"), (0.6, "r2"), (0.7, "r1"), (0.8, "r2"), (1.2, "r2"))
    )
    steps = tuple(StepTime("shift", at, at + 0.1, 0.05, switches=True) for at in (0.5, 1.0))
    canary = replace(course(), samples=samples, steps=steps)

    row = figures_of("canary", [Trial(replace(DONE, requests=5), canary)]).figures

    assert (row.exposed_requests, row.risk) == (2, 0.4)


def test_trials_before_one_that_failed_are_kept() -> None:
    row = figures_of("canary", [aborted()], failure="trial 2 of 2: the probe died").figures

    assert (row.requests, row.status) == (100, "Failed")
    assert row.failure == "trial 2 of 2: the probe died"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("requests", "a", r"strategies\[0\].requests must be a count >= 0, got 'a'"),
        ("lost_requests", -1, "lost_requests must be a count"),
        ("rollback_s", "zz", "rollback_s must be a number"),
        ("deploy_s", float("nan"), "deploy_s must be a number"),
        ("problems", "lagged", "problems must be a list of texts"),
        ("status", "SUCCEEDED", "status must be one of Succeeded"),
        ("strategy", "other", "strategy must be one of"),
        ("strategy", [], "strategy must be one of"),
    ],
)
def test_a_figure_of_another_kind_is_refused(key: str, value: object, said: str) -> None:
    (written,) = comparison_record(comparison(aborted()))["strategies"]

    with pytest.raises(ConfigError, match=f"FILE holds no comparison .*{said}"):
        read_figures({"strategies": [{**written, key: value}]}, of="FILE")


def test_a_comparison_that_was_stopped_ends_as_interrupted() -> None:
    assert outcome(replace(comparison(aborted()), stopped="stopped by Ctrl-C")) == 2


@pytest.mark.parametrize(
    "written", [[], {}, {"strategies": [{}]}, {"strategies": None}, {"strategies": []}, None]
)
def test_what_is_no_comparison_is_refused(written: object) -> None:
    with pytest.raises(ConfigError, match="FILE holds no comparison"):
        read_figures(written, of="FILE")
