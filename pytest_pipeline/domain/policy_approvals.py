"""Approvals: that a policy may be weaker than the last one, said of exactly this difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_pipeline.domain.in_toto import Statement, Subject
from pytest_pipeline.domain.said_twice import demand_agreement
from pytest_pipeline.domain.trust import Signer

#: What kind of statement an approval is.
POLICY_APPROVAL = "urn:pytest-pipeline-gates:policy-approval:v1"


#: Stands where names of signers would stand.
NOBODY = "nobody"


@dataclass(frozen=True)
class Approval:
    """Somebody's word that a weaker policy may come into force, or that a chain goes on.

    It counts while the promotion that it names is the last one, and never again.

    Attributes:
        environment: Of which environment.
        old: Digest of the policy of its last promotion (`policies.policy_document_digest`).
        new: Digest of the policy that may take its place.
        reason: Why, for people.
        who: Who says so, for people.
        created: When, ISO 8601 in UTC.
        changes: What differs, for people, one line each.
        after: Digest of the promotion that it follows; empty in files of earlier versions, which
            count for nothing any more.
        service: Name of the service; empty in the same.
    """

    environment: str
    old: str
    new: str
    reason: str
    who: str
    created: str
    changes: Sequence[str] = ()
    after: str = ""
    service: str = ""


@dataclass(frozen=True)
class Approvers:
    """Who has to approve what follows a promotion.

    Attributes:
        former: Whom the policy of that promotion lets approve; empty where it trusts nobody.
        present: Signers who are trusted for its environment now.
        adopting: Whether the promotion itself counts only if somebody says so.
    """

    former: tuple[Signer, ...] = ()
    present: tuple[Signer, ...] = ()
    adopting: bool = False

    @property
    def groups(self) -> tuple[tuple[Signer, ...], ...]:
        """Groups of signers of each of which one has to approve.

        A promotion that nobody who is trusted signed can name anybody in its policy: those alone
        adopt nothing.
        """
        if not self.former:
            return (self.present,)
        return (self.former, self.present) if self.adopting else (self.former,)

    @property
    def told(self) -> str:
        """The same for people."""
        first, *others = self.groups
        for other in others:
            keys = {each.key for each in other}
            both = tuple(each for each in first if each.key in keys)
            if not both:
                return f"{_named(first)}, and by {_named(other)} as well"
            first = both
        return _named(first)


def _named(signers: Sequence[Signer]) -> str:
    return ", ".join(each.name for each in signers) or NOBODY


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
            "after": approval.after,
            "service": approval.service,
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
        approval = Approval(
            **texts,
            changes=tuple(map(str, written["changes"])),
            after=str(written.get("after", "")),
            service=str(written.get("service", "")),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not an approval: {error!r}") from error
    demand_agreement(statement, approval_statement(approval), "not an approval", own="")
    return approval
