"""A key in this process."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pytest_pipeline.domain.envelopes import Envelope, Signature
from pytest_pipeline.domain.trust import PublicKey


@dataclass(frozen=True)
class Key:
    """A `StatementSigner` whose key is a number.

    Attributes:
        number: 0..255.
    """

    number: int

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(bytes([self.number]) * 32)

    @property
    def key(self) -> PublicKey:
        """The public half."""
        return PublicKey(self._private.public_key().public_bytes_raw())

    @property
    def pem(self) -> str:
        """The private half, as a job gets it."""
        return self._private.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode()

    def sign(self, envelope: Envelope) -> Envelope:
        """Return the envelope with this key's signature."""
        value = self._private.sign(envelope.signed_bytes)
        signature = Signature(self.key.keyid, value)
        return Envelope(envelope.payload, (signature,), envelope.payload_type)


#: Known to the sample service.
CI = Key(1)

#: Known to nobody.
STRANGER = Key(2)
