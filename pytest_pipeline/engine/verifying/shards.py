"""Checks shards: parts of stages, which `pytest-pipeline join` demands all of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.domain.verification import Check, FolderProblem, StatementRow
from pytest_pipeline.engine.evidence_layout import report_path, safe_name
from pytest_pipeline.engine.verifying.envelopes import FETCH, StatementFile
from pytest_pipeline.engine.verifying.rejudging import Report


def shard_row(read: StatementFile) -> StatementRow:
    """Return a shard for people."""
    said: Mapping[str, Any] = read.statement.predicate
    return StatementRow(
        kind="shard",
        name=f"{said.get('stage', '?')} {said.get('number', '?')}/{said.get('total', '?')}",
        outcome="",
        revision_tree=str(said.get("revision_tree", "")),
        commit=said.get("commit"),
        dirty=bool(said.get("dirty", True)),
        artifact=said.get("artifact"),
        signed_by=read.signed_by,
        signed=bool(read.envelope.signatures),
        created=str(said.get("created", "")),
        path=read.path,
    )


def shard_problems(
    read: StatementFile, reports: Mapping[str, Report], trust: Trust
) -> Iterator[FolderProblem]:
    """Yield what is wrong with a shard by itself."""
    said: Mapping[str, Any] = read.statement.predicate
    stage, name = str(said.get("stage", "")), f"{said.get('number')}-of-{said.get('total')}.json"
    parts = read.path.split("/")
    if (parts[1], parts[3]) != (safe_name(stage), name):
        meaning = f"holds shard {name.removesuffix('.json')} of {stage}: it was copied or renamed"
        yield FolderProblem(read.path, Check.NAME, meaning, FETCH)
    if (
        trust.signers
        and read.signers
        and not any(each.vouches_for_stage(stage) for each in read.signers)
    ):
        meaning = f"{', '.join(read.signed_by)} may not sign stage {stage}"
        remedy = "have one sign whom [evidence.signers] lets, or let this one"
        yield FolderProblem(read.path, Check.SIGNER, meaning, remedy)
    report = str(said.get("report", ""))
    if report not in reports:
        meaning = f"{report_path(report)}, its report, is not here"
        yield FolderProblem(read.path, Check.REPORT, meaning, FETCH)
