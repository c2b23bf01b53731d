"""What is said of each thing that a deployment demands."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.deploy_checks import DeployCheck, evidence_check, promotion_check
from pytest_pipeline.domain.envelopes import Envelope, Signature
from pytest_pipeline.domain.evidence_checks import EvidenceProblem, EvidenceRules, Refusal
from pytest_pipeline.domain.promotion_checks import PromotionProblem, PromotionRefusal
from pytest_pipeline.domain.trust import PublicKey, Signer, Trust
from tests.unit.domain.test_evidence_checks import evidence

CI = Signer("ci", PublicKey(b"1" * 32))
RULES = EvidenceRules("2026-01-31T15:00:00.000Z", 86400, Trust((CI,)))


def test_good_evidence_is_told_with_who_signed_it_how_old_it_is_and_may_be() -> None:
    keyid = CI.key.keyid
    envelope = Envelope(b"{}", (Signature(keyid, b"s"),))
    attested = AttestedEvidence(evidence(), envelope, frozenset({keyid}))

    check = evidence_check("unit", attested, None, RULES)

    assert check == DeployCheck(
        "evidence/unit", met=True, told="PASS, signed by ci, 3 h old (counts for 1 day)"
    )


def test_what_nobody_known_signed_is_told_so() -> None:
    unsigned = AttestedEvidence(evidence(), Envelope(b"{}"))
    stranger = replace(unsigned, envelope=Envelope(b"{}", (Signature("x", b"s"),)))
    rules = replace(RULES, max_age_s=None)

    told = [evidence_check("unit", each, None, rules).told for each in (unsigned, stranger)]

    assert told == ["PASS, not signed, 3 h old", "PASS, signed by nobody who is known, 3 h old"]


def test_what_is_missing_is_told_with_the_command_that_provides_it() -> None:
    problem = EvidenceProblem("unit", Refusal.MISSING, "no evidence", "pytest")
    chain = PromotionProblem(PromotionRefusal.CHAIN, "a gap", "fetch it")

    assert evidence_check("unit", None, problem, RULES) == DeployCheck(
        "evidence/unit", met=False, told="no evidence", command="pytest"
    )
    assert promotion_check("chain", chain, "whole") == DeployCheck(
        "chain", met=False, told="a gap", command="fetch it"
    )
    assert promotion_check("chain", None, "whole") == DeployCheck("chain", met=True, told="whole")
