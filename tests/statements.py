"""Evidence as it is kept: put into envelopes, and read out of files, by tests of every layer."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pytest_pipeline.domain.envelopes import Envelope, Signature
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.stage_statements import stage_statement
from pytest_pipeline.domain.trust import PublicKey
from pytest_pipeline.engine.attesting import StatementSigner, attest

SERVICE = "orders"


@dataclass(frozen=True)
class MemorySigner:
    """A `StatementSigner` that has its key in memory."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def key(self) -> PublicKey:
        return PublicKey(self.private.public_key().public_bytes_raw())

    def sign(self, envelope: Envelope) -> Envelope:
        value = self.private.sign(envelope.signed_bytes)
        return Envelope(envelope.payload, (Signature(self.key.keyid, value),))


def envelope_of(evidence: Evidence, signer: StatementSigner | None = None) -> Envelope:
    """Return what a stage leaves."""
    return attest(stage_statement(evidence, SERVICE), signer)


def predicate_in(file: Path) -> dict[str, Any]:
    """Return the claim in a file of evidence, as anybody can read it."""
    envelope = json.loads(file.read_text(encoding="utf-8"))
    predicate: dict[str, Any] = json.loads(base64.b64decode(envelope["payload"]))["predicate"]
    return predicate


def claimed_in(file: Path) -> dict[str, Any]:
    """Return what a file of evidence claims beside what the standard has words for."""
    claimed: dict[str, Any] = predicate_in(file)["pipeline"]
    return claimed
