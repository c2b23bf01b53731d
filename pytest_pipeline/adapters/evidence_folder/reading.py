"""From the text of a file of evidence to what it claims, by whatever version it was written."""

from __future__ import annotations

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.envelopes import Envelope, envelope_from_json
from pytest_pipeline.domain.evidence import evidence_from_json
from pytest_pipeline.domain.stage_statements import evidence_in
from pytest_pipeline.domain.trust import PublicKey
from pytest_pipeline.engine.attesting import SignatureVerifier

#: What earlier versions wrote was no statement, and nobody signed it.
EARLIER = "application/vnd.pytest-pipeline.evidence+json"

#: How every envelope begins: keys are sorted.
_ENVELOPE = '{"payload":'


def attested_from(
    text: str, verifier: SignatureVerifier | None, keys: tuple[PublicKey, ...]
) -> AttestedEvidence:
    """Read evidence and check its signatures.

    Args:
        text: What the file holds.
        verifier: Checks signatures; None for nobody.
        keys: Keys whose signatures are looked for.

    Raises:
        ValueError: If it is no evidence, or was changed after it was made.
        MissingExtraError: If what checks signatures is not installed.
    """
    if not text.startswith(_ENVELOPE):
        return AttestedEvidence(evidence_from_json(text), Envelope(text.encode(), (), EARLIER))
    envelope = envelope_from_json(text)
    evidence = evidence_in(envelope)
    held = verifier.verified(envelope, keys) if verifier is not None and keys else frozenset()
    return AttestedEvidence(evidence, envelope, held)
