"""What has to be the case before something may be deployed, one line each."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.elapsed_time import duration_words, seconds_between
from pytest_pipeline.domain.evidence_demands import EvidenceProblem, EvidenceRules
from pytest_pipeline.domain.promotion_checks import PromotionProblem


@dataclass(frozen=True)
class DeployCheck:
    """One thing that has to be the case.

    Attributes:
        what: What it is about: ``evidence/unit``, ``artifact``, ``chain``, ``ledger``,
            ``overtaking``, ``policy``.
        met: Whether it is the case.
        told: How it stands, for people.
        command: What leads on, for people; empty where nothing has to.
    """

    what: str
    met: bool
    told: str
    command: str = ""


def evidence_check(
    stage: str,
    attested: AttestedEvidence | None,
    problem: EvidenceProblem | None,
    rules: EvidenceRules,
) -> DeployCheck:
    """Say how the evidence of a stage stands: who vouches for it, how old it is, and may be.

    Args:
        stage: Name of the stage.
        attested: Its evidence for this revision and artifact; None where there is none.
        problem: Why it does not promote; None where it does.
        rules: What is demanded of it.
    """
    what = f"evidence/{stage}"
    if problem is not None:
        return DeployCheck(what, met=False, told=problem.reason, command=problem.command)
    if attested is None:
        return DeployCheck(what, met=True, told="present")
    evidence = attested.evidence
    told = (str(evidence.verdict), _signed(attested, rules), _age(evidence.created, rules))
    return DeployCheck(what, met=True, told=", ".join(filter(None, told)))


def promotion_check(what: str, problem: PromotionProblem | None, told: str) -> DeployCheck:
    """Say how something beside the evidence stands.

    Args:
        what: What it is about.
        problem: What is wrong with it; None for nothing.
        told: How it stands where nothing is wrong.
    """
    if problem is None:
        return DeployCheck(what, met=True, told=told)
    return DeployCheck(what, met=False, told=problem.reason, command=problem.remedy)


def _signed(attested: AttestedEvidence, rules: EvidenceRules) -> str:
    signers = rules.trust.of(attested.keyids)
    if signers:
        return f"signed by {', '.join(each.name for each in signers)}"
    return "signed by nobody who is known" if attested.envelope.signatures else "not signed"


def _age(created: str, rules: EvidenceRules) -> str:
    age_s = seconds_between(created, rules.now)
    if age_s is None:
        return ""
    limit = "" if rules.max_age_s is None else f" (counts for {duration_words(rules.max_age_s)})"
    return f"{duration_words(max(age_s, 0))} old{limit}"
