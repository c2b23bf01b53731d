"""Ed25519 signatures on DSSE envelopes, by securesystemslib."""

from __future__ import annotations

from pytest_pipeline.adapters.dsse.verifier import DsseVerifier

__all__ = ["DsseVerifier"]
