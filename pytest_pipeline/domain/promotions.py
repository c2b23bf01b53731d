"""A promotion: what came to an environment, on which evidence, after what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.releases import Release


@dataclass(frozen=True)
class PromotionInput:
    """A statement that a promotion rests on.

    Attributes:
        name: What it is, such as ``evidence/unit`` or ``approvals``.
        digest: Digest of the statement (`Envelope.digest`).
    """

    name: str
    digest: str


@dataclass(frozen=True)
class Promotion:
    """One promotion.

    Attributes:
        environment: Where.
        sequence: Its number among the promotions of the environment, from 1, without a gap.
        release: What serves since.
        revision_tree: Digest of the revision's tree that the artifact was built from.
        commit: Commit id; None outside a git work tree.
        dirty: Whether the revision differed from its commit.
        way: ``deploy``, or ``rollback`` for one that goes back to an earlier release.
        policy: What was demanded, JSON values (`policies.policy_document`).
        inputs: The evidence that was demanded, and approvals.
        previous: Digest of the promotion before it in the environment; None for the first.
        execution: Identifier of the execution.
        created: When, ISO 8601 in UTC.
        figures: What its clients saw: ``requests``, ``lost_requests``, ``cutover_ms`` ….
        forced: Why somebody overruled a refusal; empty when nobody did.
        service: Name of the service that was read of it; whoever writes one names it then.
    """

    environment: str
    sequence: int
    release: Release
    revision_tree: str
    commit: str | None
    dirty: bool
    way: str
    policy: Mapping[str, Any]
    inputs: tuple[PromotionInput, ...]
    previous: str | None
    execution: str
    created: str
    figures: Mapping[str, float | None] = field(default_factory=dict)
    forced: str = ""
    service: str = ""


@dataclass(frozen=True)
class AttestedPromotion:
    """A promotion as it was found.

    Attributes:
        promotion: What it claims.
        envelope: What it was read from.
        keyids: Keys of known signers whose signatures on it were checked, and hold.
    """

    promotion: Promotion
    envelope: Envelope
    keyids: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """Digest of the statement, ``sha256:…``."""
        return self.envelope.digest
