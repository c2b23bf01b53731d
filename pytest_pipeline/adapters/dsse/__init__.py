"""Ed25519 signatures on DSSE envelopes, by securesystemslib."""

from __future__ import annotations

from pytest_pipeline.adapters.dsse.key_file import write_new_key
from pytest_pipeline.adapters.dsse.private_keys import new_private_key, private_key_from
from pytest_pipeline.adapters.dsse.signer import DsseSigner
from pytest_pipeline.adapters.dsse.signer_process import SignerProcess
from pytest_pipeline.adapters.dsse.taking import TakenKey, take_key
from pytest_pipeline.adapters.dsse.verifier import DsseVerifier

__all__ = [
    "DsseSigner",
    "DsseVerifier",
    "SignerProcess",
    "TakenKey",
    "new_private_key",
    "private_key_from",
    "take_key",
    "write_new_key",
]
