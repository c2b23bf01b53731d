"""Signatures: those that hold, and those that must not."""

import json
from dataclasses import replace

import pytest
from securesystemslib.dsse import Envelope as TheirEnvelope
from securesystemslib.signer import SSlibKey

from pytest_pipeline.adapters.dsse import (
    DsseSigner,
    DsseVerifier,
    new_private_key,
    private_key_from,
)
from pytest_pipeline.domain.envelopes import Envelope, Signature
from pytest_pipeline.domain.trust import PublicKey


def signer() -> DsseSigner:
    return DsseSigner(private_key_from(new_private_key()[0].encode(), "a test"))


@pytest.fixture
def known() -> DsseSigner:
    return signer()


@pytest.fixture
def signed(known: DsseSigner) -> Envelope:
    return known.sign(Envelope(b'{"a":1}\n'))


def verified(envelope: Envelope, *keys: PublicKey) -> frozenset[str]:
    return DsseVerifier().verified(envelope, keys)


def test_a_signature_of_a_known_key_holds(known: DsseSigner, signed: Envelope) -> None:
    assert verified(signed, known.key) == {known.key.keyid}


def test_a_signature_replaces_those_before(known: DsseSigner, signed: Envelope) -> None:
    again = signer().sign(signed)

    assert len(again.signatures) == 1
    assert verified(again, known.key) == frozenset()


def test_others_can_check_it_without_this_project(known: DsseSigner, signed: Envelope) -> None:
    key = SSlibKey(known.key.keyid, "ed25519", "ed25519", {"public": known.key.raw.hex()})
    theirs = TheirEnvelope.from_dict(json.loads(signed.to_json()))

    assert theirs.verify([key], 1)


def test_signatures_of_strangers_count_nothing(known: DsseSigner, signed: Envelope) -> None:
    both = replace(signed, signatures=(*signed.signatures, *signer().sign(signed).signatures))

    assert verified(both, known.key) == {known.key.keyid}
    assert verified(signed, signer().key) == frozenset()
    assert verified(replace(signed, signatures=()), known.key) == frozenset()


def tampered(signed: Envelope, known: DsseSigner) -> dict[str, Envelope]:
    (one,) = signed.signatures
    flipped = bytes([one.value[0] ^ 1]) + one.value[1:]
    stranger = signer()
    own = stranger.sign(signed).signatures[0].value
    values = {"flipped": flipped, "short": one.value[:-1], "long": one.value + b"0", "empty": b""}
    found = {
        name: replace(signed, signatures=(Signature(one.keyid, value),))
        for name, value in values.items()
    }
    return {
        **found,
        "other payload": replace(signed, payload=b'{"a":2}\n'),
        "other type": replace(signed, payload_type="text/plain"),
        "of a stranger": replace(signed, signatures=(Signature(known.key.keyid, own),)),
        "under a stranger's name": replace(
            signed, signatures=(Signature(stranger.key.keyid, one.value),)
        ),
        "under a shortened name": replace(
            signed, signatures=(Signature(one.keyid[:12], one.value),)
        ),
    }


def test_nothing_that_was_tampered_with_holds(known: DsseSigner, signed: Envelope) -> None:
    held = [name for name, each in tampered(signed, known).items() if verified(each, known.key)]

    assert held == []


def test_a_key_that_is_no_point_of_the_curve_verifies_nothing(signed: Envelope) -> None:
    wrong = PublicKey(b"\xff" * 32)
    claimed = replace(signed, signatures=(Signature(wrong.keyid, signed.signatures[0].value),))

    assert verified(claimed, wrong) == frozenset()
