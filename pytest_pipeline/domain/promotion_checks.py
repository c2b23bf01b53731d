"""Whether the promotions of an environment are a whole chain, and whether one may follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.elapsed_time import seconds_between
from pytest_pipeline.domain.evidence_signatures import KEYID_SHOWN
from pytest_pipeline.domain.policies import approvers
from pytest_pipeline.domain.policy_approvals import Approvers
from pytest_pipeline.domain.promotion_links import link_breaks
from pytest_pipeline.domain.promotions import AttestedPromotion, Promotion
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.trust import Trust


class PromotionRefusal(StrEnum):
    """What speaks against a promotion beside the evidence of stages."""

    CHAIN = "chain"
    LEDGER = "ledger"
    OVERTAKING = "overtaking"
    POLICY = "policy"
    SIGNER = "signer"


@dataclass(frozen=True)
class PromotionProblem:
    """Why nothing, or not this, may be promoted.

    Attributes:
        refusal: The kind of problem.
        reason: The problem in words.
        remedy: What to do, in words; a command where one does it.
    """

    refusal: PromotionRefusal
    reason: str
    remedy: str

    def __str__(self) -> str:
        """Return problem and remedy, one line but for tables."""
        return f"{self.reason}: {self.remedy}"


def chain_problem(
    environment: str,
    promotions: Sequence[AttestedPromotion],
    trust: Trust,
    service: str = "",
) -> PromotionProblem | None:
    """Return where the chain of promotions breaks; None where it is whole.

    Whether somebody who is trusted vouches for the last one is `end_problem`: by its digests that
    one vouches for all before it, whoever signed them.

    Args:
        environment: Of which environment.
        promotions: All that are there, the first one first.
        trust: Whose signatures count.
        service: Name of the service that they have to be of; empty for any.
    """
    others = (_of_other_service(each, service) or _altered(each, trust) for each in promotions)
    breaks = (each.meaning for each in link_breaks(promotions))
    broken = next(filter(None, (*breaks, *others)), "")
    if not broken:
        return None
    return PromotionProblem(
        PromotionRefusal.CHAIN,
        f"the promotions of {environment} are no whole chain: {broken}",
        f"fetch promotions/{environment} anew from the job that promoted last",
    )


def untrusted(newest: AttestedPromotion, trust: Trust) -> str:
    """Say why the last promotion counts only if it is adopted; empty where somebody vouches."""
    return _signature_fails(newest, trust) if trust.signers else ""


def approvers_after(newest: AttestedPromotion, trust: Trust) -> Approvers:
    """Return who approves what follows a promotion.

    Raises:
        ValueError: If its policy is none.
    """
    found = newest.promotion
    present = (each for each in trust.signers if each.vouches_for_environment(found.environment))
    adopting = bool(untrusted(newest, trust))
    return Approvers(approvers(found.policy), tuple(present), adopting)


def end_problem(newest: AttestedPromotion, trust: Trust) -> PromotionProblem | None:
    """Return that nobody who is trusted vouches for the last promotion; None where somebody does.

    An approval can adopt it all the same: see `approvers_after`.
    """
    unknown, name = untrusted(newest, trust), newest.promotion.environment
    if not unknown:
        return None
    reason = f"nobody vouches for the promotions of {name}: {unknown}"
    fetch = f"fetch promotions/{name} anew from the job that promoted last"
    try:
        who = approvers_after(newest, trust).told
    except ValueError as error:
        return PromotionProblem(PromotionRefusal.CHAIN, f"{reason}, and {error}", fetch)
    return PromotionProblem(
        PromotionRefusal.CHAIN,
        reason,
        f"{fetch}; or, where they are what was promoted, go on from there: pytest-pipeline policy "
        f"approve {name} --reason TEXT, by {who}",
    )


def _of_other_service(each: AttestedPromotion, service: str) -> str:
    found = each.promotion
    if not service or found.service == service:
        return ""
    return (
        f"promotion {found.sequence} is of service {found.service!r}, wanted {service!r} (name "
        "of the configuration, or the folder's)"
    )


def _altered(each: AttestedPromotion, trust: Trust) -> str:
    claimed = {signature.keyid for signature in each.envelope.signatures}
    altered = trust.of(claimed - each.keyids)
    if not altered:
        return ""
    name = f"promotion {each.promotion.sequence}"
    return f"{name} was altered: the signature of {altered[0].name} does not hold"


def _signature_fails(each: AttestedPromotion, trust: Trust) -> str:
    name, found = f"promotion {each.promotion.sequence}", each.promotion
    if not each.envelope.signatures:
        return f"{name} is not signed"
    claimed = {signature.keyid for signature in each.envelope.signatures}
    known = trust.of(each.keyids)
    if not known:
        named = ", ".join(sorted(keyid[:KEYID_SHOWN] for keyid in claimed))
        return f"{name} is signed by the key {named}, which nobody trusts here"
    if not any(signer.vouches_for_environment(found.environment) for signer in known):
        named = ", ".join(signer.name for signer in known)
        return f"{name} is signed by {named}, who is not trusted for {found.environment}"
    return ""


def lagging_release(promotions: Sequence[Promotion], promoted: Release | None) -> Release | None:
    """Return the release that the ledger lacks as promoted, when that is the very last one.

    A promotion is written before the ledger says so: between the two a command may have died.
    """
    if not promotions or _is(promotions[-1].release, promoted):
        return None
    before = promotions[-2].release if len(promotions) > 1 else None
    both_none = before is None and promoted is None
    return promotions[-1].release if both_none or _is(before, promoted) else None


def ledger_problem(
    environment: str, promotions: Sequence[Promotion], promoted: Release | None
) -> PromotionProblem | None:
    """Return where the ledger says something else than the promotions; None where it does not.

    A ledger without a word, and promotions without one, contradict nobody.
    """
    if not promotions or promoted is None or _is(promotions[-1].release, promoted):
        return None
    newest = promotions[-1]
    return PromotionProblem(
        PromotionRefusal.LEDGER,
        f"the ledger says that {_named(promoted)} was promoted to {environment} last, promotion "
        f"{newest.sequence} says {_named(newest.release)}",
        "fetch the promotions and the ledger of the job that promoted last; where the promotions "
        "are right, delete .pipeline/ledger.db: the releases are taken from them",
    )


def replay_problem(
    environment: str,
    promotions: Sequence[Promotion],
    artifact: str,
    evidence: Sequence[AttestedEvidence],
) -> PromotionProblem | None:
    """Return why evidence of an artifact that was replaced does not bring it back; None if it does.

    Args:
        environment: Where to.
        promotions: Its promotions, the first one first.
        artifact: What is to be promoted.
        evidence: What is to let it pass.

    Evidence that is younger than the promotion that serves is no replay: the stages were run again,
    for a revert say.
    """
    if not promotions or promotions[-1].release.artifact == artifact:
        return None
    earlier = [each for each in promotions if each.release.artifact == artifact]
    newest = promotions[-1]
    old = [each.evidence for each in evidence if not _younger(each.evidence.created, newest)]
    if not earlier or not (old or not evidence):
        return None
    last = earlier[-1].release.name
    stages = f" (of {', '.join(each.stage for each in old)})" if old else ""
    return PromotionProblem(
        PromotionRefusal.OVERTAKING,
        f"older than what {environment} serves: this artifact was promoted as {last} and replaced "
        f"by {newest.release.name} since, and its evidence{stages} is from before that",
        f"to go back: pytest-pipeline rollback {environment} --to {last}; else run the stages anew",
    )


def ancestor_problem(environment: str, newest: Promotion, commit: str) -> PromotionProblem:
    """Return that a candidate's commit comes before the promoted one."""
    served = newest.commit or ""
    return PromotionProblem(
        PromotionRefusal.OVERTAKING,
        f"older than what {environment} serves: commit {commit[:12]} comes before {served[:12]}, "
        f"which was promoted as {newest.release.name}",
        f"to go back: pytest-pipeline rollback {environment} --to rN (pytest-pipeline history "
        "names the releases)",
    )


def _younger(created: str, than: Promotion) -> bool:
    passed = seconds_between(than.created, created)
    return passed is not None and passed > 0


def _is(release: Release | None, other: Release | None) -> bool:
    if release is None or other is None:
        return False
    return (release.number, release.artifact) == (other.number, other.artifact)


def _named(release: Release) -> str:
    return f"{release.name} ({release.artifact.removeprefix('sha256:')[:12]})"
