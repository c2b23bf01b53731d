"""Checks shards: parts of stages, which `pytest-pipeline join` demands all of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_pipeline.domain.shard_statements import ShardRun, shard_run_from
from pytest_pipeline.domain.verification import Check, FolderProblem, StatementRow
from pytest_pipeline.engine.evidence_layout import report_path, shard_path
from pytest_pipeline.engine.verifying.envelopes import FETCH, StatementFile
from pytest_pipeline.engine.verifying.rejudging import Report


@dataclass(frozen=True)
class ShardFile:
    """A file of a shard.

    Attributes:
        run: What it claims.
        read: The statement.
    """

    run: ShardRun
    read: StatementFile

    @property
    def row(self) -> StatementRow:
        """The same for people."""
        run, read = self.run, self.read
        return StatementRow(
            kind="shard",
            name=f"{run.stage} {run.shard}",
            outcome="",
            revision_tree=run.revision_tree,
            commit=run.commit,
            dirty=run.dirty,
            artifact=run.artifact,
            signed_by=read.signed_by,
            signed=bool(read.envelope.signatures),
            created=run.created,
            path=read.path,
        )


def read_shard(read: StatementFile) -> ShardFile:
    """Return the shard of a statement.

    Raises:
        ValueError: If it is none.
    """
    return ShardFile(shard_run_from(read.statement), read)


def shard_problems(found: ShardFile, reports: Mapping[str, Report]) -> Iterator[FolderProblem]:
    """Yield what is wrong with a shard by itself; `join` looks at all of a stage."""
    run, read = found.run, found.read
    cut = (run.shard.number, run.shard.total)
    wanted = shard_path(run.stage, run.revision_tree, run.artifact, cut)
    if read.path != wanted:
        meaning = f"holds what belongs to {wanted}: it was copied or renamed"
        yield FolderProblem(read.path, Check.NAME, meaning, FETCH)
    if read.signers and not any(each.vouches_for_stage(run.stage) for each in read.signers):
        meaning = f"{', '.join(read.signed_by)} may not sign stage {run.stage}"
        remedy = "have one sign whom [evidence.signers] lets, or let this one"
        yield FolderProblem(read.path, Check.SIGNER, meaning, remedy)
    report = reports.get(run.report)
    if report is None:
        meaning = f"{report_path(run.report)}, its report, is not here"
        yield FolderProblem(read.path, Check.REPORT, meaning, FETCH)
    elif report.stage != run.stage:
        meaning = f"its report is one of stage {report.stage}"
        yield FolderProblem(read.path, Check.REPORT, meaning, FETCH)
