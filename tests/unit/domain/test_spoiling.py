"""Spoilt figures make a stage worse, never better."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.baselines import Baseline, BaselineKind
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.spoiling import Spoilt
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.verdicts import Verdict, worst

SIZE = Objective("custom.size", (parse_criterion("< 5"),), (parse_criterion("< 8"),))
GROWTH = Objective("custom.growth", (parse_criterion("<= +10%"),))
STAGE = Stage("unit", ("unit",), gate=Gate((*BASIC_OBJECTIVES, SIZE)))
BASELINES = {BaselineKind.STABLE: Baseline("r1 (stable)", {"custom.growth": 1.0})}
RELATIVE = Stage("unit", ("unit",), gate=Gate((*BASIC_OBJECTIVES, GROWTH)))


def run_with(outcome: TestOutcome, measured: dict[str, float], spoilt: Spoilt | None) -> StageRun:
    return StageRun(Tally({"t": outcome}, 1), measured, spoilt=spoilt)


@given(
    st.sampled_from(TestOutcome),
    st.floats(0, 10),
    st.dictionaries(
        st.sampled_from(["custom.size", "tests.failed", "tests.executed"]),
        st.none() | st.floats(0, 10),
    ),
)
def test_no_spoilt_figure_makes_a_verdict_better(
    outcome: TestOutcome, size: float, figures: dict[str, float | None]
) -> None:
    measured = {"custom.size": size}
    plain = judge_stage(STAGE, run_with(outcome, measured, None))

    spoilt = judge_stage(STAGE, run_with(outcome, measured, Spoilt(figures)))

    assert worst((plain.verdict, spoilt.verdict)) is spoilt.verdict


def test_a_figure_that_is_taken_away_was_not_measured() -> None:
    run = run_with(TestOutcome.PASSED, {"custom.size": 1}, Spoilt({"custom.size": None}))

    result = judge_stage(STAGE, run)

    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.reasons == ("custom.size: custom.size was not measured",)


def test_a_baseline_that_is_taken_away_is_missed_after_the_first_release() -> None:
    spoilt = Spoilt({"custom.growth": 1}, baseline={})
    measured = {"custom.growth": 1.0}

    result = judge_stage(
        RELATIVE, run_with(TestOutcome.PASSED, measured, spoilt), baselines=BASELINES
    )

    assert result.verdict is Verdict.INCONCLUSIVE


def test_a_baseline_that_is_not_spoilt_is_that_of_the_stage() -> None:
    stage = Stage("unit", ("unit",), gate=Gate((*BASIC_OBJECTIVES, GROWTH, SIZE)))
    measured = {"custom.growth": 1.0, "custom.size": 1.0}
    run = run_with(TestOutcome.PASSED, measured, Spoilt({"custom.size": 9}))

    result = judge_stage(stage, run, baselines=BASELINES)

    assert [str(each.verdict) for each in result.objectives] == [
        *["PASS"] * len(BASIC_OBJECTIVES),
        *("PASS", "FAIL"),
    ]
