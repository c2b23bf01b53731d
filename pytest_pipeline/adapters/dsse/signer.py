"""Signs, with a key in this very process: for commands that run no tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_pipeline.adapters.dsse.private_keys import private_key_from
from pytest_pipeline.domain.envelopes import Envelope, Signature
from pytest_pipeline.domain.trust import PublicKey
from pytest_pipeline.errors import MissingExtraError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class DsseSigner:
    """The `StatementSigner` of securesystemslib.

    Args:
        key: The private key.

    Raises:
        MissingExtraError: If what signs is not installed.
    """

    def __init__(self, key: Ed25519PrivateKey) -> None:
        try:
            from securesystemslib.signer import CryptoSigner, SSlibKey  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise MissingExtraError("signing", "signing") from error
        self._public = PublicKey(key.public_key().public_bytes_raw())
        named = SSlibKey(
            self._public.keyid, "ed25519", "ed25519", {"public": self._public.raw.hex()}
        )
        self._signer = CryptoSigner(key, named)

    @property
    def key(self) -> PublicKey:
        """The public half."""
        return self._public

    def sign(self, envelope: Envelope) -> Envelope:
        """Return the envelope with the one signature; see the port."""
        made = self._signer.sign(envelope.signed_bytes)
        signature = Signature(self._public.keyid, bytes.fromhex(made.signature))
        return Envelope(envelope.payload, (signature,), envelope.payload_type)


def signer_from(text: bytes | bytearray, source: str) -> DsseSigner:
    """Return what signs with a key as it is written.

    Raises:
        ConfigError: If it is no such key.
        MissingExtraError: If what signs is not installed.
    """
    return DsseSigner(private_key_from(text, source))
