"""The ports to keys: who signs here, and whether a signature holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.in_toto import Statement
from pytest_pipeline.domain.signing import SigningScope
from pytest_pipeline.domain.trust import PublicKey
from pytest_pipeline.errors import SigningError


class StatementSigner(Protocol):
    """Holds a private key, here or in another process."""

    @property
    def key(self) -> PublicKey:
        """The public half."""
        ...

    def sign(self, envelope: Envelope) -> Envelope:
        """Return the envelope with this signer's signature as the only one.

        Raises:
            SigningError: If it cannot be signed, or this signer already signed a statement for the
                same purpose and signs none twice.
        """
        ...


class SessionSigner(StatementSigner, Protocol):
    """Signs for one session of tests, in a process of its own."""

    def restrict(self, scope: SigningScope) -> None:
        """Say what the session is about, once: nothing is signed before, and nothing else after.

        Raises:
            SigningError: If somebody else already did, or the process is gone.
        """
        ...

    def close(self) -> None:
        """End the process."""
        ...


class SignatureVerifier(Protocol):
    """Checks signatures."""

    def verified(self, envelope: Envelope, keys: Sequence[PublicKey]) -> frozenset[str]:
        """Return the ids of the keys, among those given, whose signature on the envelope holds.

        Raises:
            MissingExtraError: If what checks signatures is not installed.
        """
        ...


def attest(statement: Statement, signer: StatementSigner | None) -> Envelope:
    """Put a statement into an envelope; signed, where there is a signer.

    Raises:
        SigningError: If it cannot be signed.
    """
    envelope = Envelope(statement.to_payload())
    if signer is None:
        return envelope
    signed = signer.sign(envelope)
    if (signed.payload, signed.payload_type) != (envelope.payload, envelope.payload_type):
        raise SigningError("what was signed is not what was to be signed: something came between")
    return signed
