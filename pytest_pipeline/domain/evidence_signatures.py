"""Whether evidence is vouched for by somebody who may."""

from __future__ import annotations

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.evidence_demands import EvidenceRules, Refusal
from pytest_pipeline.domain.trust import Signer, Trust

#: Digits of a key's identifier that are shown.
KEYID_SHOWN = 16


def signature_refusal(
    attested: AttestedEvidence, rules: EvidenceRules
) -> tuple[Refusal, str] | None:
    """Return why nobody who may vouches for evidence, in words; None when somebody does."""
    trust, evidence = rules.trust, attested.evidence
    what = f"the evidence of stage {evidence.stage}"
    own = bool(rules.execution) and evidence.execution == rules.execution
    if not trust.signers and (own or not trust.in_ci):
        return None
    signatures = attested.envelope.signatures
    if not signatures:
        return Refusal.UNSIGNED, f"{what} is not signed, and {_why_it_counts_nothing(trust)}"
    altered = broken_signers(attested.envelope, attested.keyids, trust)
    if altered:
        reason = f"{what} was altered: the signature of {altered[0].name} does not hold"
        return Refusal.BAD_SIGNATURE, reason
    known = trust.of(attested.keyids)
    if not known:
        named = ", ".join(each.keyid[:KEYID_SHOWN] for each in signatures)
        reason = (
            f"{what} is signed by the key {named}, which nobody trusts here "
            "(`pytest-pipeline keys trust` adds one)"
        )
        return Refusal.UNKNOWN_SIGNER, reason
    if not any(each.vouches_for_stage(evidence.stage) for each in known):
        named = ", ".join(f"{each.name} ({', '.join(each.stages)})" for each in known)
        return Refusal.NOT_FOR_STAGE, f"{what} is signed by {named}, who is not trusted for it"
    return None


def broken_signers(envelope: Envelope, held: frozenset[str], trust: Trust) -> tuple[Signer, ...]:
    """Return the known signers whose signatures are on an envelope and do not hold.

    Args:
        envelope: The envelope.
        held: Keys whose signatures were checked, and hold.
        trust: Who is known.
    """
    claimed = {each.keyid for each in envelope.signatures}
    return trust.of(claimed - held)


def _why_it_counts_nothing(trust: Trust) -> str:
    if not trust.signers:
        return (
            "where CI is set that counts nothing (`pytest-pipeline keys new` makes a key, "
            "`pytest-pipeline keys trust` has it believed)"
        )
    named = ", ".join(each.name for each in trust.signers)
    return f"this project believes its signers alone: {named}"
