"""Who is believed: known keys, and what each may vouch for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

_WRITTEN = re.compile(r"ed25519:([0-9a-f]{64})")


@dataclass(frozen=True)
class PublicKey:
    """The public half of an ed25519 key.

    Attributes:
        raw: Its 32 bytes.
    """

    raw: bytes

    @property
    def keyid(self) -> str:
        """SHA-256 of the raw key in hex: 64 digits."""
        return hashlib.sha256(self.raw).hexdigest()

    def __str__(self) -> str:
        """Return it as it is written in a configuration, ``ed25519:`` and 64 digits."""
        return f"ed25519:{self.raw.hex()}"


def public_key_from(text: str) -> PublicKey:
    """Read a public key as it is written in a configuration.

    Raises:
        ValueError: If it is none.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"got {text!r}, wanted 'ed25519:' and 64 hexadecimal digits")
    return PublicKey(bytes.fromhex(found[1]))


@dataclass(frozen=True)
class Signer:
    """Somebody whose signatures count.

    Attributes:
        name: For people.
        key: The public key.
        stages: Patterns of the stages whose evidence it may sign.
        environments: Patterns of the environments whose promotions it may sign.
        approves: Whether it may approve policies that are weaker.
    """

    name: str
    key: PublicKey
    stages: tuple[str, ...] = ("*",)
    environments: tuple[str, ...] = ("*",)
    approves: bool = False

    def vouches_for_stage(self, stage: str) -> bool:
        """Return whether its signature counts on evidence of a stage."""
        return _matches(stage, self.stages)

    def vouches_for_environment(self, environment: str) -> bool:
        """Return whether its signature counts on promotions to an environment."""
        return _matches(environment, self.environments)


@dataclass(frozen=True)
class Trust:
    """Whom a project believes.

    Attributes:
        signers: Known signers; empty for a project that works unsigned.
        in_ci: Whether this is a CI system, where unsigned evidence of others counts nothing.
    """

    signers: tuple[Signer, ...] = ()
    in_ci: bool = False

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """The keys of all signers."""
        return tuple(each.key for each in self.signers)

    @property
    def wants_signatures(self) -> bool:
        """Whether what is not signed counts nothing."""
        return bool(self.signers) or self.in_ci

    def of(self, keyids: Iterable[str]) -> tuple[Signer, ...]:
        """Return the signers of these keys."""
        wanted = set(keyids)
        return tuple(each for each in self.signers if each.key.keyid in wanted)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, each) for each in patterns)
