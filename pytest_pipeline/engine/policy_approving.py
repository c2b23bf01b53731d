"""Compares the policy of an environment with that of its last promotion, and has it approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.in_toto import statement_from_payload
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import approvers, policy_document, policy_document_digest
from pytest_pipeline.domain.policy_approvals import Approval, approval_from, approval_statement
from pytest_pipeline.domain.policy_comparison import PolicyChange, policy_changes, weaker_among
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.engine.attesting import attest
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
    """

    environment: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    changes: tuple[PolicyChange, ...]

    @property
    def weaker(self) -> tuple[PolicyChange, ...]:
        """What is demanded less."""
        return weaker_among(self.changes)


def policy_difference(
    pipeline: Pipeline, environment: str, newest: Promotion | None
) -> PolicyDifference:
    """Compare the policy that is configured with that of the last promotion.

    Raises:
        EvidenceError: If the promotion's policy is none.
    """
    new = policy_document(pipeline, environment)
    old = newest.policy if newest is not None else {}
    if not old:
        return PolicyDifference(environment, {}, new, ())
    try:
        approvers(old)
        return PolicyDifference(environment, old, new, policy_changes(old, new))
    except ValueError as error:
        raise EvidenceError(
            f"the policy of the last promotion to {environment} cannot be read: {error}; fetch "
            f"promotions/{environment} anew from the job that promoted last"
        ) from error


def approving(tools: Toolbox, difference: PolicyDifference) -> Envelope | None:
    """Return the approval of exactly this difference, by somebody whom the old policy lets approve.

    Where the old policy trusts nobody, an unsigned one counts, but not in a CI system.

    Raises:
        EvidenceError: If an approval cannot be read.
    """
    old, new = policy_document_digest(difference.old), policy_document_digest(difference.new)
    signers = approvers(difference.old)
    for envelope in tools.promotions.approvals(difference.environment):
        approval = _read(envelope)
        if approval is None or approval.environment != difference.environment:
            continue
        if (approval.old, approval.new) != (old, new):
            continue
        if not difference.old.get("signers"):
            if not tools.trust.in_ci:
                return envelope
        elif signers and tools.verifier.verified(envelope, [each.key for each in signers]):
            return envelope
    return None


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
    if not difference.weaker:
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
    )
    envelope = attest(approval_statement(approval), tools.signer)
    tools.promotions.approve(name, envelope)
    return envelope


def who_approves(difference: PolicyDifference) -> str:
    """Say who may approve, for people."""
    if not difference.old.get("signers"):
        return "anybody on this machine: the last policy trusts nobody"
    return ", ".join(each.name for each in approvers(difference.old)) or "nobody"


def _demand_approver(tools: Toolbox, difference: PolicyDifference) -> None:
    if not difference.old.get("signers"):
        return
    keys = [each.key for each in approvers(difference.old)]
    if tools.signer is not None and tools.signer.key in keys:
        return
    got = "there is no key here" if tools.signer is None else "the key here is none of theirs"
    raise EvidenceError(
        f"the policy of the last promotion to {difference.environment} lets approve: "
        f"{who_approves(difference)}; {got}: give one of their keys by PYTEST_PIPELINE_KEY_FILE"
    )


def _read(envelope: Envelope) -> Approval | None:
    """Return what an envelope approves; None for what is no approval and so approves nothing."""
    try:
        return approval_from(statement_from_payload(envelope.payload))
    except ValueError:
        return None
