"""A key that signs in this very process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pytest_pipeline.domain.envelopes import Envelope, Signature
from pytest_pipeline.domain.trust import PublicKey


@dataclass(frozen=True)
class KeyInHand:
    """Implements `engine.attesting.StatementSigner`."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def key(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.private.public_key().public_bytes_raw())

    def sign(self, envelope: Envelope) -> Envelope:
        """Return the envelope with this signature as the only one."""
        value = self.private.sign(envelope.signed_bytes)
        return replace(envelope, signatures=(Signature(self.key.keyid, value),))
