"""What decided on a stage: the same of a result and of its entry in a summary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.deciding import decided_by, decided_by_entry
from pytest_pipeline.domain.objectives import ObjectiveResult
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.verdicts import Verdict
from tests.component.adapters.html_report.reported import RECORDS, stage

PASS, WARN, FAIL = Verdict.PASS, Verdict.WARN, Verdict.FAIL
EXECUTED = ("tests.executed", PASS, "3 (>= 1)")
FLAKY = ("tests.flaky", WARN, "1, wanted == 0")
HELD = ("tests.quarantined", WARN, "2, wanted == 0")
SIZE = ("custom.size", PASS, "4 (< 5)")
FAILED = ("tests.failed", FAIL, "1, wanted == 0")
COMPARED = ("load.p95_ms", PASS, "-1.0 %")


def result_of(
    verdict: Verdict,
    *objectives: tuple[str, Verdict, str],
    problems: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
) -> StageResult:
    known = stage("unit", RECORDS[:1]).result
    judged = tuple(
        ObjectiveResult(name, 1.0, each, why, 2.0 if name == COMPARED[0] else None)
        for name, each, why in objectives
    )
    run = replace(known.run, problems=problems, left_out=left_out)
    return replace(known, verdict=verdict, objectives=judged, run=run)


@pytest.mark.parametrize(
    ("result", "wanted"),
    [
        pytest.param(
            result_of(WARN, EXECUTED, FLAKY, HELD, SIZE),
            ("tests.flaky: 1, wanted == 0", "tests.quarantined: 2, wanted == 0"),
            id="all-that-warn",
        ),
        pytest.param(result_of(PASS, EXECUTED, SIZE), ("custom.size: 4 (< 5)",), id="own-ones"),
        pytest.param(
            result_of(PASS, EXECUTED, SIZE, COMPARED),
            ("load.p95_ms: -1.0 %", "custom.size: 4 (< 5)"),
            id="those-first-that-compare",
        ),
        pytest.param(result_of(PASS, EXECUTED), ("tests.executed: 3 (>= 1)",), id="no-own-ones"),
        pytest.param(
            result_of(FAIL, EXECUTED, FLAKY, FAILED, left_out=("two were left out",)),
            ("tests.failed: 1, wanted == 0", "two were left out"),
            id="figures-before-what-was-left-out",
        ),
        pytest.param(
            result_of(Verdict.ERROR, EXECUTED, FAILED, problems=("pytest crashed",)),
            ("pytest crashed",),
            id="why-it-cannot-be-trusted",
        ),
    ],
)
def test_what_decided_is_said_of_a_result_and_of_its_entry(
    result: StageResult, wanted: tuple[str, ...]
) -> None:
    entry = {
        "verdict": str(result.verdict),
        "problems": [*result.run.problems, *result.run.left_out],
        "objectives": [
            {
                "measure": each.measure,
                "baseline": each.baseline,
                "verdict": str(each.verdict),
                "reason": each.reason,
            }
            for each in result.objectives
        ],
    }

    assert decided_by(result) == wanted
    assert decided_by_entry(entry) == wanted
