"""Checks a whole folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.domain.folder_entries import Entry, EntryKind
from pytest_pipeline.domain.handover_index import INDEX_NAME, HandoverIndex
from pytest_pipeline.domain.verification import Check, FolderProblem, StatementRow, Verification
from pytest_pipeline.engine.evidence_layout import APPROVALS, EVIDENCE, OTHERS, PROMOTIONS, SHARDS
from pytest_pipeline.engine.folder_view import FolderView
from pytest_pipeline.engine.verifying.approvals import (
    ApprovalFile,
    approval_problems,
    read_approval,
)
from pytest_pipeline.engine.verifying.artifacts import check_artifacts
from pytest_pipeline.engine.verifying.checked import Believed, CheckedFolder
from pytest_pipeline.engine.verifying.contents import (
    duration_problems,
    read_reports,
    read_revisions,
)
from pytest_pipeline.engine.verifying.envelopes import StatementFile, read_statement, unreadable
from pytest_pipeline.engine.verifying.index import read_index
from pytest_pipeline.engine.verifying.names import name_problems
from pytest_pipeline.engine.verifying.promotions import (
    PromotionFile,
    chain_problems,
    promotion_problems,
    read_promotion,
)
from pytest_pipeline.engine.verifying.rejudging import Rejudging
from pytest_pipeline.engine.verifying.shards import ShardFile, read_shard, shard_problems
from pytest_pipeline.engine.verifying.stages import (
    StageFile,
    earlier_problems,
    linked_problems,
    read_earlier,
    read_stage,
    stage_problems,
)
from pytest_pipeline.engine.verifying.vouching import vouching_problems


def check_folder(view: FolderView, believed: Believed, *, indexed: bool) -> CheckedFolder:
    """Check every file of a folder; nothing is written.

    Args:
        view: The folder.
        believed: By whom and by what it is measured.
        indexed: Whether it was handed over, so that it has to have an index; a state folder has
            none.

    Raises:
        MissingExtraError: If what checks signatures is not installed.
        StateError: If the folder cannot be read.
    """
    return _Checking(view, believed, indexed=indexed).check()


class _Checking:
    def __init__(self, view: FolderView, believed: Believed, *, indexed: bool) -> None:
        self.view = view
        self.believed = believed
        self.indexed = indexed
        self.problems: list[FolderProblem] = []
        self.stages: list[StageFile] = []
        self.promotions: list[PromotionFile] = []
        self.shards: list[ShardFile] = []
        self.approvals: list[ApprovalFile] = []
        self.revisions: Mapping[str, Mapping[str, str]] = {}
        self.manifests: Mapping[str, Manifest] = {}
        self.unsigned = False

    def check(self) -> CheckedFolder:
        found = self.view.entries()
        self.problems += name_problems(found, indexed=self.indexed)
        if any(each.check is Check.LIMIT and not each.path for each in self.problems):
            return CheckedFolder(Verification((), tuple(self.problems), files=len(found)), found)
        entries = [each for each in found if self.indexed or each.parts[0] not in OTHERS]
        index = self._index(entries)
        for each in entries:
            if each.kind is EntryKind.FILE and each.digest:
                self._read(each.path, each.parts[0])
        remarks = self._links(entries)
        rows = self._rows()
        if not rows:
            meaning = "holds no statement: nothing is proved"
            remedy = "run a stage (pytest --pipeline-stage=NAME), or give the folder that holds one"
            self.problems.append(FolderProblem("", Check.EMPTY, meaning, remedy))
        self._duplicates()
        self._services(index)
        problems = tuple(dict.fromkeys(self.problems))
        return CheckedFolder(
            Verification(rows, problems, tuple(remarks), self.unsigned, len(entries)),
            tuple(entries),
            index,
            tuple(self.stages),
            tuple(self.promotions),
            tuple(self.shards),
            self.revisions,
            self.manifests,
        )

    def _index(self, entries: Sequence[Entry]) -> HandoverIndex | None:
        if not self.indexed:
            return None
        believed = self.believed
        index, signed, problems = read_index(self.view, entries, believed.trust, believed.verifier)
        self.problems += problems
        self.unsigned |= not signed
        return index

    def _read(self, path: str, part: str) -> None:
        """Read a file that holds a statement; others are of no interest."""
        if part not in (EVIDENCE, SHARDS, PROMOTIONS, APPROVALS):
            return
        content = self.view.content(path)
        try:
            read = read_statement(path, content, self.believed.trust, self.believed.verifier)
            self._take(read, part)
        except ValueError as error:
            earlier = read_earlier(path, content) if part == EVIDENCE else None
            if earlier is None:
                self.problems.append(unreadable(path, error))
                return
            self.unsigned = True
            self.stages.append(earlier)
            self.problems += earlier_problems(earlier, self.believed.trust)

    def _take(self, read: StatementFile, part: str) -> None:
        if part == EVIDENCE:
            stage = read_stage(read)
            self.stages.append(stage)
            self.problems += stage_problems(read, stage.evidence)
        elif part == PROMOTIONS:
            promotion = read_promotion(read)
            self.promotions.append(promotion)
            self.problems += promotion_problems(read, promotion.promotion)
        elif part == SHARDS:
            self.shards.append(read_shard(read))
        else:
            self.approvals.append(read_approval(read))
        self.unsigned |= not read.envelope.signatures
        self.problems += read.flaws if part in (PROMOTIONS, APPROVALS) else read.problems

    def _links(self, entries: Sequence[Entry]) -> list[str]:
        """Check whatever refers to something else; return remarks."""
        reports, problems = read_reports(self.view, entries)
        self.revisions, more = read_revisions(self.view, entries)
        self.manifests, still_more = check_artifacts(self.view, entries)
        self.problems += [*problems, *more, *still_more, *duration_problems(self.view, entries)]
        rejudging = Rejudging(self.believed.stages)
        for stage in self.stages:
            self.problems += linked_problems(stage, reports, self.revisions, rejudging)
        for shard in self.shards:
            self.problems += shard_problems(shard, reports)
        for approval in self.approvals:
            self.problems += approval_problems(approval)
        evidence = [each.evidence for each in self.stages]
        broken, remarks = chain_problems(self.promotions, self._digests(), evidence)
        doubted, more_remarks = vouching_problems(self.promotions, self.approvals, self.believed)
        self.problems += [*broken, *doubted]
        remarks += more_remarks
        absent = {each.evidence.artifact for each in self.stages} - {None, *self.manifests}
        if absent:
            remarks.append(f"artifacts that were tested and are not here: {len(absent)}")
        return remarks

    def _digests(self) -> frozenset[str]:
        return frozenset(digest for digest, _, _ in self._named())

    def _named(self) -> list[tuple[str, str, str]]:
        """Return digest, path and service of every statement; an empty service is not known."""
        return [
            *((each.digest, each.row.path, each.service) for each in self.stages),
            *((each.digest, each.row.path, each.service) for each in self.promotions),
            *((each.read.envelope.digest, each.read.path, "") for each in self.shards),
            *(
                (each.read.envelope.digest, each.read.path, each.approval.service)
                for each in self.approvals
            ),
        ]

    def _rows(self) -> tuple[StatementRow, ...]:
        order = list(self.believed.stages)
        known = [each for each in self.stages if each.evidence.stage in order]
        known.sort(key=lambda each: order.index(each.evidence.stage))
        return (
            *(each.row for each in known),
            *(each.row for each in self.stages if each.evidence.stage not in order),
            *(each.row for each in self.shards),
            *(each.row for each in self.promotions),
            *(each.row for each in self.approvals),
        )

    def _duplicates(self) -> None:
        named = self._named()
        counted = Counter(digest for digest, _, _ in named)
        for digest, path, _ in named:
            if counted[digest] > 1:
                meaning = "holds a statement that stands here under another name as well"
                remedy = "delete the one whose name is not its content's, or fetch it anew"
                self.problems.append(FolderProblem(path, Check.DUPLICATE, meaning, remedy))

    def _services(self, index: HandoverIndex | None) -> None:
        wanted = self.believed.service or (index.service if index else "")
        if not wanted:
            return
        said = [(path, service) for _, path, service in self._named()]
        said += [(INDEX_NAME, index.service)] if index else []
        for path, service in said:
            if service not in ("", wanted):
                meaning = f"is of service {service!r}, wanted {wanted!r}"
                remedy = (
                    "give the folder of this service; one without a name is called after its "
                    f"folder: if it is the same, say name = {json.dumps(service)} in the "
                    "configuration of both"
                )
                self.problems.append(FolderProblem(path, Check.SERVICE, meaning, remedy))
