"""Approvals: that a policy may be weaker than the last one, said of exactly this difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_pipeline.domain.in_toto import Statement, Subject
from pytest_pipeline.domain.said_twice import demand_agreement

#: What kind of statement an approval is.
POLICY_APPROVAL = "https://pytest-pipeline-gates.readthedocs.io/policy-approval/v0.1"


@dataclass(frozen=True)
class Approval:
    """Somebody's word that a weaker policy may come into force.

    Attributes:
        environment: Of which environment.
        old: Digest of the policy of its last promotion (`policies.policy_document_digest`).
        new: Digest of the policy that may take its place.
        reason: Why, for people.
        who: Who says so, for people.
        created: When, ISO 8601 in UTC.
        changes: What differs, for people, one line each.
    """

    environment: str
    old: str
    new: str
    reason: str
    who: str
    created: str
    changes: Sequence[str] = ()


def approval_statement(approval: Approval) -> Statement:
    """Return the statement of an approval; its subject is the policy that may come into force."""
    return Statement(
        (Subject(f"policy/{approval.environment}", approval.new),),
        POLICY_APPROVAL,
        {
            "environment": approval.environment,
            "old": approval.old,
            "new": approval.new,
            "reason": approval.reason,
            "who": approval.who,
            "created": approval.created,
            "changes": list(approval.changes),
        },
    )


def approval_from(statement: Statement) -> Approval:
    """Read an approval.

    Raises:
        ValueError: If the statement is none, contradicts itself, or is of a newer version.
    """
    if statement.predicate_type != POLICY_APPROVAL:
        raise ValueError(f"not an approval: a statement of type {statement.predicate_type!r}")
    try:
        written: Mapping[str, Any] = statement.predicate
        texts = {
            key: str(written[key])
            for key in ("environment", "old", "new", "reason", "who", "created")
        }
        approval = Approval(**texts, changes=tuple(map(str, written["changes"])))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not an approval: {error!r}") from error
    demand_agreement(statement, approval_statement(approval), "not an approval", own="")
    return approval
