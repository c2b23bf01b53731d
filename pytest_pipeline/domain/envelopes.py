"""DSSE envelopes: bytes, what they are, and who vouches for them.

The format is that of the Dead Simple Signing Envelope, version 1 (secure-systems-lab/dsse).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass

#: What the payload of every envelope here is: an in-toto statement.
PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True)
class Signature:
    """One signature.

    Attributes:
        keyid: Identifier of the key that made it (`trust.PublicKey.keyid`); a claim.
        value: The signature of the envelope's payload and its type.
    """

    keyid: str
    value: bytes


@dataclass(frozen=True)
class Envelope:
    """Bytes and their signatures; nobody has checked these yet.

    Attributes:
        payload: The bytes that are vouched for.
        signatures: Who vouches; empty for an unsigned envelope.
        payload_type: What the bytes are.
    """

    payload: bytes
    signatures: tuple[Signature, ...] = ()
    payload_type: str = PAYLOAD_TYPE

    @property
    def digest(self) -> str:
        """SHA-256 of the payload, ``sha256:…``: the same whoever signs it."""
        return sha256_of(self.payload)

    @property
    def signed_bytes(self) -> bytes:
        """What is signed: DSSE's pre-authentication encoding of type and payload."""
        kind = self.payload_type.encode()
        return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(self.payload), self.payload)

    def to_json(self) -> str:
        """Return the one text that this envelope is written as."""
        written = {
            "payload": base64.b64encode(self.payload).decode(),
            "payloadType": self.payload_type,
            "signatures": [
                {"keyid": each.keyid, "sig": base64.b64encode(each.value).decode()}
                for each in self.signatures
            ],
        }
        return canonical_json(written)


def envelope_from_json(text: str) -> Envelope:
    """Read an envelope.

    Raises:
        ValueError: If the text is not, to the byte, what an envelope is written as.
    """
    if not text.strip():
        raise ValueError("not a DSSE envelope: it is empty, whoever wrote it broke off")
    try:
        data = json.loads(text)
        envelope = Envelope(
            base64.b64decode(data["payload"], validate=True),
            tuple(
                Signature(str(each["keyid"]), base64.b64decode(each["sig"], validate=True))
                for each in data["signatures"]
            ),
            str(data["payloadType"]),
        )
        written = envelope.to_json()
    except json.JSONDecodeError as error:
        raise ValueError(f"not a DSSE envelope, nor other JSON: {error}") from error
    except (KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise ValueError(f"not a DSSE envelope: {error!r}") from error
    if written != text:
        raise ValueError("not written as DSSE envelopes are here: it was changed after it was made")
    return envelope


def sha256_of(content: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text in UTF-8, as ``sha256:…``."""
    data = content.encode() if isinstance(content, str) else content
    return "sha256:" + hashlib.sha256(data).hexdigest()


def canonical_json(value: object) -> str:
    """Return JSON in the one form that files of evidence have: sorted keys, no spaces, a newline.

    Raises:
        ValueError: If a number is not finite, or the value is not JSON's.
    """
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except TypeError as error:
        raise ValueError(f"not a value of JSON: {error}") from error
    return text + "\n"
