"""Hands evidence over: what belongs to the current revision, in a folder with an index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.folder_entries import Entry, EntryKind
from pytest_pipeline.domain.handover_index import HandoverIndex, IndexedFile, index_statement
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.engine.attesting import SignatureVerifier, StatementSigner, attest
from pytest_pipeline.engine.evidence_layout import (
    APPROVALS,
    ARTIFACTS,
    DURATIONS,
    EVIDENCE,
    OTHERS,
    PROMOTIONS,
    hexadecimal,
    report_path,
    revision_path,
)
from pytest_pipeline.engine.folder_view import FolderView
from pytest_pipeline.engine.handover_ports import ExportFolder
from pytest_pipeline.engine.verifying import Believed, CheckedFolder, check_folder
from pytest_pipeline.engine.verifying.stages import StageFile
from pytest_pipeline.errors import EvidenceError

_SHOWN = 12


@dataclass(frozen=True)
class Wanted:
    """What is to be handed over.

    Attributes:
        service: Name of the service.
        revision: The revision.
        artifact: Digest of its artifact; None where none was built.
        artifacts: Digests of all artifacts that go along, those of peers included.
        created: When, ISO 8601 in UTC.
        stages: Names of the stages; None for all.
    """

    service: str
    revision: Revision
    artifact: str | None
    artifacts: Collection[str]
    created: str
    stages: Collection[str] | None = None


@dataclass(frozen=True)
class Exported:
    """What was handed over.

    Attributes:
        index: Its index.
        checked: The same folder, as its receiver will find it.
        signed: Whether the index is signed.
    """

    index: HandoverIndex
    checked: CheckedFolder
    signed: bool


def export_folder(
    state: FolderView,
    target: ExportFolder,
    wanted: Wanted,
    verifier: SignatureVerifier,
    signer: StatementSigner | None,
) -> Exported:
    """Hand over what belongs to a revision.

    What is handed over has to be sound in itself. Whether its signers are believed, is for whoever
    takes it in to say.

    Args:
        state: The state folder.
        target: The folder that is written.
        wanted: What is handed over.
        verifier: Checks signatures.
        signer: Signs the index; None for nobody.

    Raises:
        ConfigError: If there is something in the folder already.
        EvidenceError: If there is nothing to hand over, or it is not sound.
        SigningError: If the index cannot be signed.
        StateError: If the folder cannot be written.
    """
    believed = Believed(Trust(), verifier, wanted.service)
    found = check_folder(state, believed, indexed=False)
    current = _current(found, wanted)
    if not current:
        raise EvidenceError(
            "nothing to hand over: no evidence of revision "
            f"{hexadecimal(wanted.revision.tree)[:_SHOWN]}{_of_stages(wanted)}; "
            "run pytest --pipeline-stage=NAME first"
        )
    entries = _belonging(found, wanted, current)
    checked = check_folder(_Selected(state, entries), believed, indexed=False)
    if not checked.verification.sound:
        listed = "".join(f"\n  {each}" for each in checked.verification.problems)
        raise EvidenceError(f"what was to be handed over is not sound:{listed}")
    target.prepare()
    target.copy(entries)
    index = _index(wanted, entries)
    envelope: Envelope = attest(index_statement(index), signer)
    target.complete(envelope.to_json())
    return Exported(index, checked, signed=bool(envelope.signatures))


class _Selected:
    """The `FolderView` of a part of another one."""

    def __init__(self, view: FolderView, entries: Sequence[Entry]) -> None:
        self._view = view
        self._entries = tuple(entries)

    def entries(self) -> tuple[Entry, ...]:
        """Return those that were selected."""
        return self._entries

    def content(self, path: str) -> bytes:
        """Return the content of one."""
        return self._view.content(path)


def _current(state: CheckedFolder, wanted: Wanted) -> set[str]:
    """Return the files of evidence and shards of the revision, and what they refer to."""
    paths: set[str] = set()
    for found in state.stages:
        evidence = found.evidence
        if _is_wanted(evidence.stage, (evidence.revision_tree, evidence.artifact), wanted):
            paths |= _with_its_files(found)
    for shard in state.shards:
        run = shard.run
        if _is_wanted(run.stage, (run.revision_tree, run.artifact), wanted):
            paths |= {shard.row.path, revision_path(run.revision_tree), report_path(run.report)}
    return paths


def _with_its_files(found: StageFile) -> set[str]:
    evidence = found.evidence
    paths = {found.row.path, revision_path(evidence.revision_tree)}
    return paths | ({report_path(evidence.report)} if evidence.report else set())


def _belonging(state: CheckedFolder, wanted: Wanted, current: set[str]) -> list[Entry]:
    """Return what belongs to the revision, and what the last promotions rest on."""
    last = _last_promotions(state)
    paths = set(current)
    for each in state.stages:
        if any(_rests_on(promotion, each) for promotion in last):
            paths |= _with_its_files(each)
    folders = {f"{ARTIFACTS}/{hexadecimal(each)}" for each in wanted.artifacts}
    return [each for each in state.entries if _goes(each, paths, folders)]


def _last_promotions(state: CheckedFolder) -> list[Promotion]:
    """Return the last promotion to each environment."""
    last: dict[str, Promotion] = {}
    for each in sorted(state.promotions, key=lambda each: each.promotion.sequence):
        last[each.promotion.environment] = each.promotion
    return list(last.values())


def _rests_on(promotion: Promotion, found: StageFile) -> bool:
    """Return whether a promotion rests on evidence, or on what this one took the place of."""
    evidence = found.evidence
    about = (evidence.revision_tree, evidence.artifact)
    names = [each.name for each in promotion.inputs]
    again = about == (promotion.revision_tree, promotion.release.artifact)
    return any(each.digest == found.digest for each in promotion.inputs) or (
        again and f"{EVIDENCE}/{evidence.stage}" in names
    )


def _goes(entry: Entry, paths: Collection[str], folders: Collection[str]) -> bool:
    part = entry.parts[0]
    if part in OTHERS:
        return False
    if part == ARTIFACTS:
        return "/".join(entry.parts[:2]) in folders and "__pycache__" not in entry.parts
    return part in (APPROVALS, DURATIONS, PROMOTIONS) or entry.path in paths


def _is_wanted(stage: str, tested: tuple[str, str | None], wanted: Wanted) -> bool:
    about = (wanted.revision.tree, wanted.artifact)
    return tested == about and (wanted.stages is None or stage in wanted.stages)


def _of_stages(wanted: Wanted) -> str:
    return f" of {', '.join(sorted(wanted.stages))}" if wanted.stages else ""


def _index(wanted: Wanted, entries: Sequence[Entry]) -> HandoverIndex:
    revision = wanted.revision
    return HandoverIndex(
        service=wanted.service,
        revision_tree=revision.tree,
        commit=revision.commit,
        dirty=revision.dirty,
        artifact=wanted.artifact,
        created=wanted.created,
        files={
            each.path: IndexedFile(each.digest, each.size_bytes, link=each.kind is EntryKind.LINK)
            for each in entries
        },
    )
