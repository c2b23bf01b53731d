"""Private keys as they are written: PEM, PKCS #8, ed25519, not encrypted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_pipeline.errors import ConfigError, MissingExtraError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

# ruff: noqa: PLC0415 - an extra

_WANTED = b"-----BEGIN PRIVATE KEY-----"
_OTHERS = (
    (b"-----BEGIN ENCRYPTED PRIVATE KEY-----", "an encrypted key, which nobody could unlock here"),
    (b"-----BEGIN OPENSSH PRIVATE KEY-----", "a key of OpenSSH"),
    (b"-----BEGIN PUBLIC KEY-----", "a public key"),
    (b"ed25519:", "a public key"),
    (b"-----BEGIN ", "a key of another kind"),
)
#: The body of such a PEM alone: one line, as CI systems demand of what they mask in their logs.
_BODY = re.compile(rb"[A-Za-z0-9+/]{64}={0,2}")
_NEXT = "wanted PEM, PKCS #8, of an ed25519 key: `pytest-pipeline keys new` makes one"


def private_key_from(text: bytes | bytearray, source: str) -> Ed25519PrivateKey:
    """Read a private key.

    Args:
        text: PEM, or the one line between its head and its foot.
        source: Where it is from, for people: the variable or the file.

    Raises:
        ConfigError: If it is none; names the source, and no byte of the text.
        MissingExtraError: If what reads keys is not installed.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise MissingExtraError("signing", "signing") from error
    try:
        key = serialization.load_pem_private_key(_pem(bytes(text).strip(), source), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Not even as a cause: nobody knows what such an error quotes.
        raise ConfigError(f"{source}: got a damaged private key, {_NEXT}") from None
    if not isinstance(key, Ed25519PrivateKey):
        kind = type(key).__name__.removesuffix("PrivateKey")
        raise ConfigError(f"{source}: got a private key of kind {kind}, {_NEXT}")
    return key


def new_private_key() -> tuple[str, str]:
    """Make a key; return its PEM, and its public half as a configuration has it.

    Raises:
        MissingExtraError: If what makes keys is not installed.
    """
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise MissingExtraError("making keys", "signing") from error
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode(), f"ed25519:{key.public_key().public_bytes_raw().hex()}"


def _pem(text: bytes, source: str) -> bytes:
    if _BODY.fullmatch(text):
        return b"%s\n%s\n-----END PRIVATE KEY-----\n" % (_WANTED, text)
    if text.startswith(_WANTED):
        return text
    for head, what in _OTHERS:
        if text.startswith(head):
            raise ConfigError(f"{source}: got {what}, {_NEXT}")
    raise ConfigError(f"{source}: got {len(text)} bytes that are no key, {_NEXT}")
