"""Compares the policy of an environment with that of its last promotion, and has it approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.in_toto import statement_from_payload
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import policy_document, policy_document_digest
from pytest_pipeline.domain.policy_approvals import (
    Approval,
    Approvers,
    approval_from,
    approval_statement,
)
from pytest_pipeline.domain.policy_comparison import PolicyChange, policy_changes, weaker_among
from pytest_pipeline.domain.promotion_checks import approvers_after
from pytest_pipeline.domain.promotions import AttestedPromotion
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.engine.attesting import SignatureVerifier, attest
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import ConfigError, EvidenceError


@dataclass(frozen=True)
class PolicyDifference:
    """The policy of an environment, beside that of its last promotion.

    Attributes:
        environment: Its name.
        old: The policy of the last promotion; empty where there is none, or it had none.
        new: The policy as configured now.
        changes: What differs.
        service: Name of the service.
        after: Digest of the last promotion; empty where there is none.
        approvers: Who has to approve it.
    """

    environment: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    changes: tuple[PolicyChange, ...]
    service: str = ""
    after: str = ""
    approvers: Approvers = field(default_factory=Approvers)

    @property
    def weaker(self) -> tuple[PolicyChange, ...]:
        """What is demanded less."""
        return weaker_among(self.changes)

    @property
    def wants_approval(self) -> bool:
        """Whether nothing is promoted before somebody approves."""
        return bool(self.weaker) or self.approvers.adopting

    @property
    def who_approves(self) -> str:
        """Who may approve, for people."""
        if self.old.get("signers") or self.approvers.present:
            return self.approvers.told
        return "anybody on this machine: the last policy trusts nobody"


def policy_difference(
    pipeline: Pipeline, environment: str, newest: AttestedPromotion | None
) -> PolicyDifference:
    """Compare the policy that is configured with that of the last promotion.

    Raises:
        EvidenceError: If the promotion's policy is none.
    """
    new = policy_document(pipeline, environment)
    if newest is None:
        return PolicyDifference(environment, {}, new, (), pipeline.name)
    old = newest.promotion.policy
    try:
        changes = policy_changes(old, new) if old else ()
        who = approvers_after(newest, Trust(pipeline.signers))
    except ValueError as error:
        raise EvidenceError(
            f"the policy of the last promotion to {environment} cannot be read: {error}; fetch "
            f"promotions/{environment} anew from the job that promoted last"
        ) from error
    return PolicyDifference(environment, old, new, changes, pipeline.name, newest.digest, who)


def approving(tools: Toolbox, difference: PolicyDifference) -> tuple[Envelope, ...]:
    """Return the approvals of exactly this difference that let it pass; empty where none do.

    Where neither the old policy nor the present one trusts anybody, an unsigned one counts, but
    not in a CI system.

    Raises:
        EvidenceError: If an approval cannot be read.
    """
    digests = tuple(policy_document_digest(each) for each in (difference.old, difference.new))
    said = [
        envelope
        for envelope in tools.promotions.approvals(difference.environment)
        for approval in [_read(envelope)]
        if approval is not None
        and (approval.old, approval.new) == digests
        and _follows(approval, difference)
    ]
    if not (difference.old.get("signers") or difference.approvers.present):
        return () if tools.trust.in_ci else tuple(said[:1])
    return _signed(tools.verifier, difference.approvers, said)


def adoption(tools: Toolbox, newest: AttestedPromotion) -> tuple[Envelope, ...]:
    """Return the approvals by which a last promotion counts that nobody trusted signed.

    Raises:
        EvidenceError: If an approval cannot be read.
    """
    environment = newest.promotion.environment
    said = tools.promotions.approvals(environment)
    return adopting(newest, said, tools.trust, tools.verifier) if said else ()


def adopting(
    newest: AttestedPromotion,
    said: Sequence[Envelope],
    trust: Trust,
    verifier: SignatureVerifier,
) -> tuple[Envelope, ...]:
    """Return the approvals by which a last promotion counts; empty where none do, or need to.

    Args:
        newest: The last promotion.
        said: The approvals of its environment.
        trust: Who is believed.
        verifier: Checks signatures.
    """
    try:
        who = approvers_after(newest, trust)
    except ValueError:
        return ()
    if not who.adopting:
        return ()
    promotion = newest.promotion
    wanted = (promotion.environment, promotion.service, newest.digest)
    about = [
        envelope
        for envelope in said
        for approval in [_read(envelope)]
        if approval is not None
        and (approval.environment, approval.service, approval.after) == wanted
    ]
    return _signed(verifier, who, about)


def _follows(approval: Approval, difference: PolicyDifference) -> bool:
    said = (approval.environment, approval.service, approval.after)
    return said == (difference.environment, difference.service, difference.after)


def _signed(
    verifier: SignatureVerifier, who: Approvers, said: Sequence[Envelope]
) -> tuple[Envelope, ...]:
    """Return an approval by each group that has to approve; empty where one has not."""
    found: dict[str, Envelope] = {}
    for group in who.groups:
        keys = [each.key for each in group]
        signed = [each for each in said if keys and verifier.verified(each, keys)]
        if not signed:
            return ()
        found.setdefault(signed[0].digest, signed[0])
    return tuple(found.values())


def approve(tools: Toolbox, difference: PolicyDifference, *, reason: str, who: str) -> Envelope:
    """Approve that the policy that is configured takes the place of the last one.

    Args:
        tools: The engine's ports.
        difference: What is approved.
        reason: Why, for people.
        who: Who approves, for people.

    Raises:
        ConfigError: If there is nothing to approve.
        EvidenceError: If this key may not approve; names whose may.
        SigningError: If it cannot be signed.
        StateError: If it cannot be written.
    """
    name = difference.environment
    if not difference.wants_approval:
        raise ConfigError(
            f"nothing to approve: the policy of {name} is not weaker than that of its last "
            "promotion"
        )
    _demand_approver(tools, difference)
    approval = Approval(
        environment=name,
        old=policy_document_digest(difference.old),
        new=policy_document_digest(difference.new),
        reason=reason,
        who=who,
        created=tools.clock.utc(),
        changes=tuple(each.text for each in difference.changes),
        after=difference.after,
        service=difference.service,
    )
    envelope = attest(approval_statement(approval), tools.signer)
    tools.promotions.approve(name, envelope)
    return envelope


def _demand_approver(tools: Toolbox, difference: PolicyDifference) -> None:
    who = difference.approvers
    if not (difference.old.get("signers") or who.present):
        return
    keys = [each.key for group in who.groups for each in group]
    if tools.signer is not None and tools.signer.key in keys:
        return
    got = "there is no key here" if tools.signer is None else "the key here is none of theirs"
    raise EvidenceError(
        f"the policy of the last promotion to {difference.environment} lets approve: "
        f"{difference.who_approves}; {got}: give one of their keys by PYTEST_PIPELINE_KEY_FILE"
    )


def _read(envelope: Envelope) -> Approval | None:
    """Return what an envelope approves; None for what is no approval and so approves nothing."""
    try:
        return approval_from(statement_from_payload(envelope.payload))
    except ValueError:
        return None
