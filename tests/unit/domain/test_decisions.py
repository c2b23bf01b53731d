"""What an execution came to, in one sentence, said and not judged."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_pipeline.domain.decisions import decision
from pytest_pipeline.domain.exit_codes import ExitCode
from tests.component.adapters.html_report.reported import RECORDS, deployment, stage

GOOD = stage("unit", RECORDS[:1]).result
BAD = stage("integration", RECORDS).result
WARNED = stage("component", RECORDS[2:3]).result
DEPLOYED = deployment("staging").record
RELEASED = {"environment": "production", "release": "r3"}


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        pytest.param(
            {"stages": [GOOD], "released": RELEASED}, "released r3 to production", id="released"
        ),
        pytest.param(
            {"stages": [GOOD, BAD], "code": ExitCode.TESTS_FAILED},
            "stopped at integration, which is FAIL: tests.failed: 1, wanted == 0",
            id="stopped",
        ),
        pytest.param(
            {"stages": [GOOD], "code": ExitCode.ROLLED_BACK, "failures": ["deployment failed"]},
            "not released: deployment failed",
            id="rolled-back",
        ),
        pytest.param(
            {"stages": [BAD], "code": ExitCode.INTERRUPTED, "failures": ["stopped by Ctrl-C"]},
            "interrupted: stopped by Ctrl-C",
            id="interrupted",
        ),
        pytest.param(
            {"stages": [GOOD, GOOD], "deployments": [DEPLOYED]},
            "2 stages passed their gates; deployed to staging",
            id="through",
        ),
        pytest.param(
            {"stages": [GOOD, WARNED]},
            "2 stages passed their gates, 1 with warnings; nothing was deployed",
            id="with-warnings",
        ),
        pytest.param(
            {"stages": [GOOD], "deployments": [DEPLOYED]},
            "1 stage passed its gate; deployed to staging",
            id="one-stage-deployed",
        ),
        pytest.param(
            {"stages": [GOOD], "failures": ["asked wrongly"]},
            "not released: asked wrongly",
            id="broken-off",
        ),
        pytest.param(
            {"stages": [GOOD]}, "stage unit is PASS: tests.executed: 1 (>= 1)", id="one-stage"
        ),
        pytest.param(
            {"code": ExitCode.EVIDENCE_REFUSED, "failures": ["refused:\n  no evidence"]},
            "not released: refused: no evidence",
            id="refused",
        ),
    ],
)
def test_the_decision_is_one_sentence(facts: dict[str, Any], wanted: str) -> None:
    known = {"code": ExitCode.OK, "stages": [], "deployments": [], "released": None, "failures": []}

    assert decision(**{**known, **facts}) == wanted
