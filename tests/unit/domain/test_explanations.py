"""What is said of a stage and of a deployment."""

from __future__ import annotations

from pytest_pipeline.domain.evidence_checks import EvidenceProblem, Refusal
from pytest_pipeline.domain.explanations import explain_deployment, explain_stage

EXECUTED = {
    "verdict": "FAIL",
    "problems": ["tests/slow was left out"],
    "objectives": [
        {"measure": "tests.executed", "verdict": "PASS", "reason": "2 (>= 1)"},
        {"measure": "load.p95_ms", "verdict": "FAIL", "reason": "300, wanted < 250"},
    ],
}
DEPLOYED = {
    "environment": "staging",
    "stable": "r1",
    "candidate": "r2",
    "strategy": "rolling",
    "status": "Failed",
    "phase": "rolled back",
    "lost_requests": 3,
    "requests": 900,
    "failure": "errors rose",
    "trigger": "alarm",
    "serving": "r1",
}


def test_a_stage_is_explained_by_the_figures_that_decided() -> None:
    found = explain_stage("e2e", EXECUTED, None)

    assert found.verdict == "FAIL"
    assert found.decided == ("load.p95_ms: 300, wanted < 250", "tests/slow was left out")
    assert (found.evidence, found.command) == ("present", "")


def test_evidence_that_does_not_promote_is_named_with_its_remedy() -> None:
    problem = EvidenceProblem("e2e", Refusal.STALE, "changed: a.py", "pytest x", ("a.py",))

    found = explain_stage("e2e", None, problem)

    assert (found.verdict, found.decided) == (None, ())
    assert (found.evidence, found.reason) == ("stale", "changed: a.py")
    assert (found.changed, found.command) == (("a.py",), "pytest x")


def test_a_deployment_is_explained_by_what_was_lost_and_why_it_went_back() -> None:
    found = explain_deployment(DEPLOYED)

    assert found.text == "r1 > r2 (rolling): rolled back, 3 of 900 requests lost"
    assert (found.failure, found.serving) == ("alarm: errors rose", "r1")
