"""The screen of `pytest-pipeline explain`: nothing is said twice."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from pytest_pipeline.adapters.console.explanation import render_explanation
from pytest_pipeline.domain.evidence_checks import Refusal
from pytest_pipeline.domain.explanations import (
    EnvironmentExplanation,
    ExecutionExplanation,
    Explanation,
    StageExplanation,
)

FIGURE = "tests.skipped: no-baseline: 0, in no git work tree"
REASON = f"stage unit ended INCONCLUSIVE ({FIGURE})"


def printed(stage: StageExplanation, *failures: str, blocked: tuple[str, ...] = ()) -> str:
    execution = ExecutionExplanation("e1", "stage", "2026", 21, failures, same_revision=True)
    staging = EnvironmentExplanation("staging", None, "nothing", "", False, blocked, "")  # noqa: FBT003 - a field
    console = Console(file=io.StringIO(), width=300)
    render_explanation(Explanation("r1", execution, (stage,), (staging,)), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def stage_that(reason: str, *decided: str) -> StageExplanation:
    return StageExplanation("unit", "INCONCLUSIVE", decided, Refusal.NOT_PROMOTING, reason)


def test_a_figure_that_decided_stands_with_its_stage_alone() -> None:
    screen = printed(
        stage_that(REASON, FIGURE),
        f"stage unit is INCONCLUSIVE: {FIGURE}",
        "staging failed",
        blocked=(REASON,),
    )

    assert screen.count(FIGURE) == 1
    assert "  because stage unit is INCONCLUSIVE\n  because staging failed\n" in screen
    assert "  blocked: stage unit ended INCONCLUSIVE\n" in screen


def test_evidence_with_figures_of_its_own_names_them() -> None:
    other = REASON.replace("0,", "7,")

    assert other.removeprefix("stage unit ") in printed(stage_that(other, FIGURE))


@pytest.mark.parametrize(("count", "wanted"), [(3, "a1; a2; a3 "), (5, "a1; a2; a3; and 2 more ")])
def test_figures_that_are_not_shown_are_counted(count: int, wanted: str) -> None:
    figures = [f"a{number}" for number in range(1, count + 1)]

    assert wanted in printed(stage_that("", *figures))
