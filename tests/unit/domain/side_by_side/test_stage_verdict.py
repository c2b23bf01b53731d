"""A stage that compares side by side: its verdict, again from its report, and put to the test."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.load import LoadResult, summarise_load
from pytest_pipeline.domain.refuting_figures import baseline_of, refuting_figures
from pytest_pipeline.domain.side_by_side import SideBySide, Sides
from pytest_pipeline.domain.spoiling import Spoilt
from pytest_pipeline.domain.stage_reports import report_text, run_from
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.domain.verdicts import Verdict
from tests.unit.domain.side_by_side.releases import P95, sides_of

EQUAL = sides_of([101.0, 100, 100, 99, 98, 102, 101, 100], [100.0, 101, 99, 100, 102, 98, 100, 101])
SLOWER = sides_of([120.0, 121, 119, 120, 122, 118, 120, 121], [100.0] * 8)
OBJECTIVE = Objective(P95, (parse_criterion("<= +10%"),))
STAGE = Stage(
    "performance",
    ("performance",),
    gate=Gate((*BASIC_OBJECTIVES, OBJECTIVE), side_by_side=SideBySide()),
)


def load(sides: Sides | None) -> LoadResult:
    return replace(summarise_load([], duration_s=1), problems=(), sides=sides, p95_ms=100.0)


def run_of(*loads: Sides | None, spoilt: Spoilt | None = None) -> StageRun:
    record = TestRecord("t", "performance", (TestAttempt(TestOutcome.PASSED),))
    return StageRun(
        Tally({"t": TestOutcome.PASSED}, 1, records=(record,)),
        {P95: 100.0},
        loads=tuple(("t", load(each)) for each in loads),
        beside=Beside("r6", "sha256:1"),
        spoilt=spoilt,
    )


@pytest.mark.parametrize(
    ("sides", "wanted"), [(EQUAL, Verdict.PASS), (SLOWER, Verdict.FAIL), (None, "INCONCLUSIVE")]
)
def test_the_runs_of_a_stage_decide_and_so_do_those_of_its_report(
    sides: Sides | None, wanted: Verdict
) -> None:
    run = run_of(sides)

    found = judge_stage(STAGE, run)
    again = judge_stage(STAGE, run_from(report_text("performance", run)))

    assert found.verdict == wanted
    assert again.objectives == found.objectives


def test_the_reason_says_what_was_passed_over_for_stable() -> None:
    run = replace(run_of(EQUAL), beside=Beside("r6", "sha256:1", passed_over="r7 was passed over"))

    (found,) = (each for each in judge_stage(STAGE, run).objectives if each.baseline)

    assert found.reason.endswith("; r7 was passed over")


def test_stables_figure_is_told_beside_the_candidates() -> None:
    (found,) = (each for each in judge_stage(STAGE, run_of(EQUAL)).objectives if each.baseline)

    assert (found.value, found.baseline) == (100, 100)


def test_one_load_test_without_runs_beside_leaves_all_open() -> None:
    assert judge_stage(STAGE, run_of(EQUAL, None)).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("loads", [(EQUAL,), (EQUAL, EQUAL), ()])
def test_figures_just_past_a_bound_are_failed_also_side_by_side(
    loads: tuple[Sides, ...],
) -> None:
    figures = refuting_figures(OBJECTIVE)

    assert figures
    for each in figures:
        spoilt = Spoilt({P95: each.value}, {P95: baseline_of(P95)})
        assert judge_stage(STAGE, run_of(*loads, spoilt=spoilt)).verdict is Verdict.FAIL


@pytest.mark.parametrize("spoilt", [Spoilt({P95: None}), Spoilt({}, {}), Spoilt({P95: 90.0}, {})])
def test_what_the_self_test_takes_away_leaves_nothing_to_pass_by(spoilt: Spoilt) -> None:
    assert judge_stage(STAGE, run_of(EQUAL)).verdict is Verdict.PASS
    assert judge_stage(STAGE, run_of(EQUAL, spoilt=spoilt)).verdict is Verdict.INCONCLUSIVE


def test_the_self_test_refutes_a_gate_also_where_requests_failed() -> None:
    (figure, *_) = refuting_figures(OBJECTIVE)
    spoilt = Spoilt({P95: figure.value}, {P95: baseline_of(P95)})
    run = run_of(EQUAL, spoilt=spoilt)
    failed = {**run.measurements, "load.requests": 100.0, "load.failures": 50.0}

    assert judge_stage(STAGE, replace(run, measurements=failed)).verdict is Verdict.FAIL
