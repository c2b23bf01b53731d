"""Checks approvals of policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_pipeline.domain.policy_approvals import Approval, Approvers, approval_from
from pytest_pipeline.domain.verification import Check, FolderProblem, StatementRow
from pytest_pipeline.engine.evidence_layout import approval_path
from pytest_pipeline.engine.verifying.envelopes import FETCH, StatementFile


@dataclass(frozen=True)
class ApprovalFile:
    """A file of an approval.

    Attributes:
        approval: What it claims.
        read: The statement.
    """

    approval: Approval
    read: StatementFile

    @property
    def row(self) -> StatementRow:
        """The same for people."""
        read = self.read
        return StatementRow(
            kind="approval",
            name=self.approval.environment,
            outcome=self.approval.reason,
            revision_tree="",
            commit=None,
            dirty=False,
            artifact=None,
            signed_by=read.signed_by,
            signed=bool(read.envelope.signatures),
            created=self.approval.created,
            path=read.path,
        )


def read_approval(read: StatementFile) -> ApprovalFile:
    """Return the approval of a statement.

    Raises:
        ValueError: If it is none.
    """
    return ApprovalFile(approval_from(read.statement), read)


def approval_problems(found: ApprovalFile) -> Iterator[FolderProblem]:
    """Yield what is wrong with an approval; whether it is needed, the gate decides."""
    read = found.read
    wanted = approval_path(found.approval.environment, read.envelope.digest)
    if read.path != wanted:
        meaning = f"holds what belongs to {wanted}: it was copied, renamed or altered"
        yield FolderProblem(read.path, Check.NAME, meaning, FETCH)


def approver_problems(found: ApprovalFile, who: Approvers | None) -> Iterator[FolderProblem]:
    """Yield that whoever signed an approval may not approve.

    Args:
        found: The approval.
        who: Who may; None where that is not known.
    """
    read = found.read
    yield from read.doubts
    if read.signers and who is not None:
        meaning = f"{', '.join(read.signed_by)} may not approve policies"
        remedy = f"have it approved by {who.told}, or delete it"
        yield FolderProblem(read.path, Check.SIGNER, meaning, remedy)
