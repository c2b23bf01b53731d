"""Whose signature on evidence counts, and how old it may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.envelopes import Envelope, Signature
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.evidence_checks import (
    EvidenceProblem,
    EvidenceRules,
    Finding,
    Refusal,
    RequiredEvidence,
    evidence_problems,
)
from pytest_pipeline.domain.revisions import tree_digest
from pytest_pipeline.domain.trust import PublicKey, Signer, Trust
from pytest_pipeline.domain.verdicts import Verdict

FILES = {"app.py": "1" * 64}
CI, ALICE, NOBODY = (PublicKey(bytes([number]) * 32) for number in (1, 2, 3))
SIGNED = Trust((Signer("ci", CI, stages=("unit", "comp*")), Signer("alice", ALICE)))
CREATED, LATER = "2026-01-31T12:00:00.000Z", "2026-02-03T15:00:00.000Z"
GATE = {
    "objectives": [
        {"measure": "coverage.lines_percent", "pass": [[">= 90"]], "warn": [], "baseline": None}
    ],
    "ratchets": [],
    "required_tests": [],
    "skip_reasons": None,
    "retries": 0,
    "excused": [],
    "base": None,
}


def evidence(stage: str = "unit", execution: str = "e1") -> Evidence:
    return Evidence(
        stage=stage,
        verdict=Verdict.PASS,
        revision_tree=tree_digest(FILES),
        commit=None,
        artifact=None,
        policy="sha256:p",
        results=(),
        measurements={},
        resources={},
        interpreter="3",
        distributions={},
        execution=execution,
        created=CREATED,
        gate=GATE,
    )


def refused(
    made: Evidence,
    rules: EvidenceRules,
    *,
    by: PublicKey | None = None,
    holds: bool = True,
    required: RequiredEvidence | None = None,
) -> EvidenceProblem | None:
    """Return the problem of evidence that one key signed, or nobody."""
    signatures = (Signature(by.keyid, b"s"),) if by else ()
    held = frozenset({by.keyid} if by and holds and by is not NOBODY else ())
    finding = Finding(AttestedEvidence(made, Envelope(b"{}", signatures), held))
    wanted = required or RequiredEvidence(made.stage, "sha256:p")
    found = evidence_problems([replace(wanted, rules=rules)], FILES, None, {made.stage: finding})
    return found[0] if found else None


def test_evidence_signed_by_somebody_who_is_trusted_for_the_stage_promotes() -> None:
    rules = EvidenceRules(trust=SIGNED)

    assert refused(evidence(), rules, by=CI) is None
    assert refused(evidence("component"), rules, by=CI) is None
    assert refused(evidence("e2e"), rules, by=ALICE) is None


@pytest.mark.parametrize(
    ("stage", "by", "holds", "refusal", "told"),
    [
        pytest.param("unit", None, True, Refusal.UNSIGNED, "signers alone: ci, alice", id="none"),
        pytest.param("unit", NOBODY, True, Refusal.UNKNOWN_SIGNER, NOBODY.keyid[:16], id="unknown"),
        pytest.param("e2e", CI, True, Refusal.NOT_FOR_STAGE, "ci (unit, comp*)", id="stage"),
        pytest.param("unit", CI, False, Refusal.BAD_SIGNATURE, "was altered", id="altered"),
    ],
)
def test_evidence_that_nobody_who_may_vouches_for_is_refused(
    stage: str, by: PublicKey | None, *, holds: bool, refusal: Refusal, told: str
) -> None:
    problem = refused(evidence(stage), EvidenceRules(trust=SIGNED), by=by, holds=holds)

    assert problem is not None
    assert problem.refusal is refusal
    assert told in problem.reason
    assert problem.command == f"pytest --pipeline-stage={stage}"


def test_an_unknown_signer_is_answered_with_the_command_that_trusts_him() -> None:
    problem = refused(evidence(), EvidenceRules(trust=SIGNED), by=NOBODY)

    assert problem is not None
    assert "pytest-pipeline keys trust" in problem.reason


def test_a_project_that_trusts_nobody_takes_unsigned_evidence_on_ones_own_machine() -> None:
    assert refused(evidence(), EvidenceRules()) is None
    assert refused(evidence(), EvidenceRules(), by=NOBODY) is None


@pytest.mark.parametrize(
    ("by", "refusal"), [(None, Refusal.UNSIGNED), (NOBODY, Refusal.UNKNOWN_SIGNER)]
)
def test_in_ci_evidence_of_another_session_wants_a_known_signature(
    by: PublicKey | None, refusal: Refusal
) -> None:
    problem = refused(evidence(), EvidenceRules(trust=Trust(in_ci=True), execution="e2"), by=by)

    assert problem is not None
    assert problem.refusal is refusal


def test_in_ci_evidence_of_this_very_execution_counts_unsigned() -> None:
    assert refused(evidence(), EvidenceRules(trust=Trust(in_ci=True), execution="e1")) is None


def test_an_execution_without_a_name_has_no_evidence_of_its_own() -> None:
    assert refused(evidence(execution=""), EvidenceRules(trust=Trust(in_ci=True))) is not None


@pytest.mark.parametrize(
    ("now", "max_age_s", "told"),
    [
        (LATER, 86400.0, "stage unit was judged 3 days 3 h ago, and evidence counts for 1 day"),
        ("2026-01-31T11:54:59.000Z", None, "5 min 1 s from now"),
    ],
)
def test_evidence_that_is_too_old_or_from_the_future_is_refused(
    now: str, max_age_s: float | None, told: str
) -> None:
    problem = refused(evidence(), EvidenceRules(now, max_age_s))

    assert problem is not None
    assert problem.refusal is Refusal.TOO_OLD
    assert told in problem.reason


@pytest.mark.parametrize(
    ("now", "max_age_s"),
    [(LATER, None), (LATER, 4 * 86400.0), ("2026-01-31T11:55:00.000Z", 1.0)],
)
def test_evidence_within_its_age_counts_and_clocks_may_differ_a_little(
    now: str, max_age_s: float | None
) -> None:
    assert refused(evidence(), EvidenceRules(now, max_age_s)) is None


def test_evidence_without_a_time_is_as_old_as_can_be() -> None:
    problem = refused(replace(evidence(), created="once"), EvidenceRules(LATER))

    assert problem is not None
    assert problem.refusal is Refusal.TOO_OLD


def test_another_policy_is_refused_with_what_differs() -> None:
    objective = {**GATE["objectives"][0], "pass": [[">= 80"]]}  # type: ignore[index,dict-item]
    required = RequiredEvidence("unit", "sha256:q", gate={**GATE, "objectives": [objective]})

    problem = refused(evidence(), EvidenceRules(), required=required)

    assert problem is not None
    assert problem.refusal is Refusal.OTHER_POLICY
    assert "(coverage.lines_percent: >= 90 → >= 80 (weaker))" in problem.reason
