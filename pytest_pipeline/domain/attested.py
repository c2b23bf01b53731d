"""What a file of evidence claims, and who vouches for it."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.evidence import Evidence


@dataclass(frozen=True)
class AttestedEvidence:
    """Evidence of a stage as it was found.

    Attributes:
        evidence: What it claims.
        envelope: What it was read from.
        keyids: Keys of known signers whose signatures on it were checked, and hold.
    """

    evidence: Evidence
    envelope: Envelope
    keyids: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """Digest of the statement, ``sha256:…``: by this others refer to it."""
        return self.envelope.digest
