"""Checks approvals of policies."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.domain.verification import Check, FolderProblem, StatementRow
from pytest_pipeline.engine.evidence_layout import approval_name
from pytest_pipeline.engine.verifying.envelopes import FETCH, StatementFile


def approval_row(read: StatementFile) -> StatementRow:
    """Return an approval for people; the environment is that of its folder."""
    said = read.statement.predicate
    return StatementRow(
        kind="approval",
        name=read.path.split("/")[1],
        outcome=str(said.get("reason", "")),
        revision_tree="",
        commit=None,
        dirty=False,
        artifact=None,
        signed_by=read.signed_by,
        signed=bool(read.envelope.signatures),
        created=str(said.get("created", "")),
        path=read.path,
    )


def approval_problems(read: StatementFile, trust: Trust) -> Iterator[FolderProblem]:
    """Yield what is wrong with an approval; whether it is needed, the gate decides."""
    wanted = approval_name(read.envelope.digest)
    if read.path.rpartition("/")[2] != wanted:
        meaning = f"holds what belongs to {wanted}: it was copied, renamed or altered"
        yield FolderProblem(read.path, Check.NAME, meaning, FETCH)
    if trust.signers and read.signers and not any(each.approves for each in read.signers):
        meaning = f"{', '.join(read.signed_by)} may not approve policies"
        remedy = "have one sign who may: [evidence.signers] approves = true"
        yield FolderProblem(read.path, Check.SIGNER, meaning, remedy)
