"""Checks evidence of stages: bound to its name, to its report and revision, and not at odds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.evidence import Evidence, evidence_from_json
from pytest_pipeline.domain.stage_statements import evidence_from
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.domain.verdicts import Verdict, worst
from pytest_pipeline.domain.verification import Check, FolderProblem, StatementRow
from pytest_pipeline.engine.evidence_layout import evidence_path, report_path, revision_path
from pytest_pipeline.engine.verifying.envelopes import FETCH, StatementFile, unsigned
from pytest_pipeline.engine.verifying.rejudging import Rejudging, Report


@dataclass(frozen=True)
class StageFile:
    """A file of a stage's evidence.

    Attributes:
        evidence: What it claims.
        row: The same for people.
        envelope: What it was read from; of evidence of earlier versions, its text.
        keyids: Keys of known signers whose signatures hold.
        service: Name of the service; empty for evidence of earlier versions.
    """

    evidence: Evidence
    row: StatementRow
    envelope: Envelope
    keyids: frozenset[str] = frozenset()
    service: str = ""

    @property
    def digest(self) -> str:
        """Digest of its statement; of evidence of earlier versions, of the text."""
        return self.envelope.digest


def read_stage(read: StatementFile) -> StageFile:
    """Return the evidence of a statement.

    Raises:
        ValueError: If it is none.
    """
    evidence = evidence_from(read.statement)
    row = _row(evidence, read.path, read.signed_by, signed=bool(read.envelope.signatures))
    keyids = frozenset(each.key.keyid for each in read.signers)
    service = read.statement.subjects[0].name
    return StageFile(evidence, row, read.envelope, keyids, service)


def read_earlier(path: str, content: bytes) -> StageFile | None:
    """Return evidence as earlier versions wrote it; None for something else."""
    try:
        text = content.decode("utf-8")
        evidence = evidence_from_json(text)
    except (ValueError, RecursionError):
        return None
    return StageFile(evidence, _row(evidence, path, (), signed=False), Envelope(content))


def stage_problems(read: StatementFile, evidence: Evidence) -> list[FolderProblem]:
    """Return why a signer's word does not count, and what else is wrong with evidence."""
    problems = list(binding_problems(read.path, evidence))
    if read.signers and not any(each.vouches_for_stage(evidence.stage) for each in read.signers):
        meaning = f"{', '.join(read.signed_by)} may not sign stage {evidence.stage}"
        remedy = "have one sign whom [evidence.signers] lets, or let this one"
        problems.append(FolderProblem(read.path, Check.SIGNER, meaning, remedy))
    return problems


def earlier_problems(found: StageFile, trust: Trust) -> list[FolderProblem]:
    """Return what is wrong with evidence as earlier versions wrote it."""
    problems = list(binding_problems(found.row.path, found.evidence))
    return [*problems, unsigned(found.row.path)] if trust.wants_signatures else problems


def binding_problems(path: str, evidence: Evidence) -> Iterator[FolderProblem]:
    """Yield whatever binds evidence neither to its name nor to its own figures."""
    wanted = evidence_path(evidence.stage, evidence.revision_tree, evidence.artifact)
    if path != wanted:
        meaning = f"holds what belongs to {wanted}: it was copied or renamed"
        yield FolderProblem(path, Check.NAME, meaning, FETCH)
    least = worst(each.verdict for each in evidence.results)
    if evidence.left_out:
        least = worst((least, Verdict.INCONCLUSIVE))
    if worst((evidence.verdict, least)) is not evidence.verdict:
        meaning = f"says {evidence.verdict}, and its own objectives come to {least}"
        yield FolderProblem(path, Check.CONTRADICTION, meaning, FETCH)
    for each in evidence.results:
        measured = evidence.measurements.get(each.measure, each.value)
        if each.value is not None and measured != each.value:
            meaning = f"judged {each.measure} by {each.value:g}, and says {measured:g} was measured"
            yield FolderProblem(path, Check.CONTRADICTION, meaning, FETCH)


def linked_problems(
    found: StageFile,
    reports: Mapping[str, Report],
    revisions: Collection[str],
    rejudging: Rejudging,
) -> Iterator[FolderProblem]:
    """Yield what is wrong with the files that evidence refers to.

    Args:
        found: The evidence.
        reports: The reports of the folder, by digest.
        revisions: Digests of the trees whose files are known.
        rejudging: Judges again.
    """
    evidence, path = found.evidence, found.row.path
    if evidence.revision_tree not in revisions:
        meaning = f"{revision_path(evidence.revision_tree)}, its revision's files, is not here"
        yield FolderProblem(path, Check.REVISION, meaning, FETCH)
    if evidence.report is None:
        return
    report = reports.get(evidence.report)
    if report is None:
        meaning = f"{report_path(evidence.report)}, the report that it was judged by, is not here"
        yield FolderProblem(path, Check.REPORT, meaning, FETCH)
    elif report.stage != evidence.stage:
        meaning = f"its report is one of stage {report.stage}"
        yield FolderProblem(path, Check.REPORT, meaning, FETCH)
    else:
        for meaning in rejudging.differences(evidence, report):
            yield FolderProblem(path, Check.REPORT, meaning, FETCH)


def _row(
    evidence: Evidence, path: str, signed_by: tuple[str, ...], *, signed: bool
) -> StatementRow:
    return StatementRow(
        kind="evidence",
        name=evidence.stage,
        outcome=str(evidence.verdict),
        revision_tree=evidence.revision_tree,
        commit=evidence.commit,
        dirty=evidence.dirty,
        artifact=evidence.artifact,
        signed_by=signed_by,
        signed=signed,
        created=evidence.created,
        path=path,
    )
