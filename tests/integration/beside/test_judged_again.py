"""Whoever has the report of a stage comes to its verdict: its runs are in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.evidence import Evidence, policy_digest
from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.load_series import planned_runs
from pytest_pipeline.domain.side_by_side import Side, SideBySide, SideRun, Sides
from pytest_pipeline.domain.side_by_side.orders import seeded_orders
from pytest_pipeline.domain.stage_reports import report_text, run_from
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.verifying.rejudging import Rejudging, Report
from tests.integration.beside.tested_place import STAGE

LOAD = LoadResult(100, 0, 50.0, None, 10.0, 20.0, 30.0, 40.0, 2.5, (), {})
TALLY = Tally({"test_load": TestOutcome.PASSED}, 1)


def run_with(candidate_ms: float, **beside: object) -> StageRun:
    """Return a run whose candidate answers in so many milliseconds, and stable in 20."""
    runs = tuple(
        SideRun(side, block, {"load.p95_ms": candidate_ms if side is Side.CANDIDATE else 20.0})
        for block, side in planned_runs(SideBySide(), seeded_orders("e1", 4))
    )
    load = replace(LOAD, p95_ms=candidate_ms, sides=Sides("r6", runs))
    known = replace(Beside("r6", "sha256:6"), **beside)  # type: ignore[arg-type]
    return StageRun(
        TALLY, {"load.p95_ms": candidate_ms}, loads=(("test_load", load),), beside=known
    )


def alone(**beside: object) -> StageRun:
    """Return a run without runs of stable."""
    run = run_with(20.0, **beside)
    return replace(run, loads=(("test_load", LOAD),))


RUNS = {
    Verdict.PASS: run_with(20.5),
    Verdict.FAIL: run_with(25.0),
    Verdict.INCONCLUSIVE: alone(missing="its artifact was deleted"),
    Verdict.WARN: alone(missing="nothing was promoted yet", first_release=True),
}


@pytest.mark.parametrize("verdict", RUNS)
def test_a_report_comes_to_the_same_verdict_as_its_run(verdict: Verdict) -> None:
    run = RUNS[verdict]
    result = judge_stage(STAGE, run)
    again = judge_stage(STAGE, run_from(report_text(STAGE.name, run)))

    assert result.verdict is verdict, result.reasons
    assert again == result


@pytest.mark.parametrize("verdict", RUNS)
def test_a_verdict_that_the_runs_do_not_bear_out_is_found(verdict: Verdict) -> None:
    run = RUNS[verdict]
    claimed = Verdict.FAIL if verdict is not Verdict.FAIL else Verdict.PASS
    rejudging = Rejudging({STAGE.name: STAGE})

    def differences(said: Verdict) -> list[str]:
        evidence = evidence_of(run, said)
        return list(rejudging.differences(evidence, Report(STAGE.name, run)))

    assert differences(verdict) == []
    assert differences(claimed) == [f"says {claimed}; judged again, its report comes to {verdict}"]


def evidence_of(run: StageRun, verdict: Verdict) -> Evidence:
    """Return evidence of a run that claims a verdict."""
    return Evidence(
        stage=STAGE.name,
        verdict=verdict,
        revision_tree="sha256:tree",
        commit=None,
        artifact="sha256:7",
        policy=policy_digest(STAGE.gate),
        results=(),
        measurements=judge_stage(STAGE, run).measurements,
        resources={},
        interpreter="3.12",
        distributions={},
        execution="e1",
        created="2026-11-23T00:00:00Z",
    )
