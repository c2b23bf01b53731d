"""Checks signatures."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.trust import PublicKey
from pytest_pipeline.errors import MissingExtraError


class DsseVerifier:
    """The `SignatureVerifier` of securesystemslib."""

    def verified(self, envelope: Envelope, keys: Sequence[PublicKey]) -> frozenset[str]:
        """Return whose signatures hold; see the port."""
        try:
            from securesystemslib.exceptions import (  # noqa: PLC0415 - an extra
                UnverifiedSignatureError,
                VerificationError,
            )
            from securesystemslib.signer import Signature, SSlibKey  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise MissingExtraError("checking signatures", "signing") from error
        known = {each.keyid: each for each in keys}
        held = set()
        for each in envelope.signatures:
            public = known.get(each.keyid)
            if public is None:
                continue
            key = SSlibKey(each.keyid, "ed25519", "ed25519", {"public": public.raw.hex()})
            signature = Signature(each.keyid, each.value.hex())
            try:
                key.verify_signature(signature, envelope.signed_bytes)
            except (UnverifiedSignatureError, VerificationError):
                continue
            held.add(each.keyid)
        return frozenset(held)
