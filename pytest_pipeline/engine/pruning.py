"""Forgets what earlier revisions left: evidence, shards, their reports, and files of revisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pytest_pipeline.domain.elapsed_time import seconds_between
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.domain.verification import Check
from pytest_pipeline.engine.attesting import SignatureVerifier
from pytest_pipeline.engine.evidence_layout import PROMOTIONS, report_path, revision_path
from pytest_pipeline.engine.folder_view import FolderView
from pytest_pipeline.engine.verifying import Believed, CheckedFolder, check_folder
from pytest_pipeline.engine.verifying.shards import ShardFile
from pytest_pipeline.engine.verifying.stages import StageFile
from pytest_pipeline.errors import EvidenceError

#: Promotions of an environment whose evidence stays: the one that serves, and the way back; count.
_KEPT_PROMOTIONS = 2


class PrunedFolder(Protocol):
    """The state folder, as files are deleted from it."""

    def delete(self, paths: Sequence[str]) -> None:
        """Delete files, in this order; one that is gone is no error.

        Raises:
            StateError: If one cannot be deleted.
        """
        ...


@dataclass(frozen=True)
class Pruned:
    """What is not needed any more.

    Attributes:
        paths: The files, in the order in which they are deleted.
        size_bytes: How large they are together.
    """

    paths: tuple[str, ...]
    size_bytes: int


def find_prunable(
    state: FolderView, verifier: SignatureVerifier, now: str, keep_s: float
) -> Pruned:
    """Find evidence and shards that are older than wanted, with what nothing else refers to.

    The newest evidence of each stage stays, and whatever the last two promotions to an
    environment rest on. Promotions and approvals are never deleted.

    Args:
        state: The state folder.
        verifier: Checks signatures.
        now: ISO 8601 in UTC.
        keep_s: What is younger stays, seconds, >= 0.

    Raises:
        EvidenceError: If a promotion cannot be read: nobody knows what it rests on.
        StateError: If the folder cannot be read.
    """
    found = check_folder(state, Believed(Trust(), verifier), indexed=False)
    _demand_promotions(found)
    keeping = _Keeping(found, now, keep_s)
    stages = [each for each in found.stages if keeping.forgets_stage(each)]
    shards = [each for each in found.shards if keeping.forgets_shard(each)]
    statements = {each.row.path for each in stages} | {each.row.path for each in shards}
    referred = _referred(stages, shards) - _referred(
        [each for each in found.stages if each.row.path not in statements],
        [each for each in found.shards if each.row.path not in statements],
    )
    sizes = {each.path: each.size_bytes for each in found.entries}
    # statements first: what is killed on the way leaves none without its report
    paths = (*sorted(statements), *sorted(referred & sizes.keys() - keeping.revisions))
    return Pruned(paths, sum(sizes[each] for each in paths))


class _Keeping:
    """What stays."""

    def __init__(self, found: CheckedFolder, now: str, keep_s: float) -> None:
        self._now, self._keep_s = now, keep_s
        last = _last_promotions(found)
        self._inputs = {each.digest for promotion in last for each in promotion.inputs}
        self._promoted = {(each.revision_tree, each.release.artifact) for each in last}
        self.revisions = {revision_path(each.revision_tree) for each in last}
        newest: dict[str, StageFile] = {}
        for each in sorted(found.stages, key=lambda each: each.evidence.created):
            newest[each.evidence.stage] = each
        self._newest = {each.digest for each in newest.values()}

    def forgets_stage(self, found: StageFile) -> bool:
        """Return whether evidence is not needed any more."""
        evidence = found.evidence
        return (
            self._is_old(evidence.created)
            and found.digest not in self._inputs | self._newest
            and (evidence.revision_tree, evidence.artifact) not in self._promoted
        )

    def forgets_shard(self, found: ShardFile) -> bool:
        """Return whether a shard is not needed any more."""
        about = (found.run.revision_tree, found.run.artifact)
        return self._is_old(found.run.created) and about not in self._promoted

    def _is_old(self, created: str) -> bool:
        """Return whether it is older than wanted; of what has no time nobody knows."""
        age_s = seconds_between(created, self._now)
        return age_s is not None and age_s > self._keep_s


def _demand_promotions(found: CheckedFolder) -> None:
    broken = [
        each
        for each in found.verification.problems
        if each.path.startswith(f"{PROMOTIONS}/") or (each.check is Check.LIMIT and not each.path)
    ]
    if broken:
        listed = "".join(f"\n  {each}" for each in broken)
        raise EvidenceError(f"nothing was deleted: what promotions rest on cannot be told:{listed}")


def _last_promotions(found: CheckedFolder) -> list[Promotion]:
    by_environment: dict[str, list[Promotion]] = {}
    for each in sorted(found.promotions, key=lambda each: each.promotion.sequence):
        by_environment.setdefault(each.promotion.environment, []).append(each.promotion)
    return [each for known in by_environment.values() for each in known[-_KEPT_PROMOTIONS:]]


def _referred(stages: Sequence[StageFile], shards: Sequence[ShardFile]) -> set[str]:
    """Return the reports and files of revisions that statements refer to."""
    named = [
        *((each.evidence.revision_tree, each.evidence.report) for each in stages),
        *((each.run.revision_tree, each.run.report) for each in shards),
    ]
    reports = {report_path(report) for _, report in named if report}
    return {revision_path(tree) for tree, _ in named} | reports
