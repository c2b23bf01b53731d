"""What is demanded of a stage's evidence, what was found, and why it does not promote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.evidence import policy_digest
from pytest_pipeline.domain.gate_documents import gate_document
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.quarantine import Quarantine
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.trust import Trust

_DAY = len("2026-12-31")


class Refusal(StrEnum):
    """Why evidence does not promote."""

    MISSING = "missing"
    STALE = "stale"
    OTHER_ARTIFACT = "other-artifact"
    UNSIGNED = "unsigned"
    UNKNOWN_SIGNER = "unknown-signer"
    NOT_FOR_STAGE = "not-for-stage"
    BAD_SIGNATURE = "bad-signature"
    OTHER_POLICY = "other-policy"
    TOO_OLD = "too-old"
    EXCUSE_EXPIRED = "excuse-expired"
    NO_BASELINE = "no-baseline"
    NOT_PROMOTING = "not-promoting"


@dataclass(frozen=True)
class EvidenceRules:
    """What is demanded of all evidence alike.

    Attributes:
        now: The time of day, ISO 8601 in UTC; empty for none, when nothing is too old.
        max_age_s: Evidence that is older does not count, seconds, > 0; None for any age.
        trust: Whose evidence counts.
        execution: Identifier of the execution that asks: its own evidence needs no signature where
            nobody is trusted.
        promotions: What was promoted to environments that stages compare with: evidence that says
            "first release" after one of them does not count.
    """

    now: str = ""
    max_age_s: float | None = None
    trust: Trust = field(default_factory=Trust)
    execution: str = ""
    promotions: tuple[Promotion, ...] = ()


@dataclass(frozen=True)
class RequiredEvidence:
    """A stage that must have passed.

    Attributes:
        stage: Its name.
        policy: Digest of its gate as configured now (``policy_digest``).
        quarantine: The tests whose failures are excused now; None for none.
        today: The day, ISO 8601, by which entries of the quarantine expire.
        gate: Its gate as configured now, JSON values (`gate_documents.gate_document`).
        rules: What is demanded of all evidence alike.
    """

    stage: str
    policy: str
    quarantine: Quarantine | None = None
    today: str = ""
    gate: Mapping[str, Any] = field(default_factory=dict)
    rules: EvidenceRules = field(default_factory=EvidenceRules)


def required_of(stage: Stage, rules: EvidenceRules) -> RequiredEvidence:
    """Return what is demanded of a stage's evidence."""
    return RequiredEvidence(
        stage.name,
        policy_digest(stage.gate),
        stage.quarantine,
        rules.now[:_DAY],
        gate_document(stage.gate),
        rules,
    )


@dataclass(frozen=True)
class Finding:
    """What the store has for a stage.

    Attributes:
        attested: The evidence for the very revision and artifact, else the newest of the stage,
            else None.
        files: The files of that evidence's revision; None if unknown. Only needed to say what
            changed since.
    """

    attested: AttestedEvidence | None
    files: Mapping[str, str] | None = None


@dataclass(frozen=True)
class EvidenceProblem:
    """Why one stage's evidence does not promote.

    Attributes:
        stage: Its name.
        refusal: The kind of problem.
        reason: The problem in words.
        command: The command that provides what is missing.
        paths: Paths that changed since the evidence, sorted; empty unless ``STALE`` and known.
    """

    stage: str
    refusal: Refusal
    reason: str
    command: str
    paths: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return problem and remedy, one line."""
        return f"{self.reason}: run {self.command}"
