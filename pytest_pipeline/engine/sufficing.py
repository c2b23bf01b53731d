"""Whether a folder that was checked suffices for an environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.evidence_checks import EvidenceRules, required_of
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import demanded_stages, max_age_s
from pytest_pipeline.domain.promotion_checks import replay_problem
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.domain.verification import Check, FolderProblem
from pytest_pipeline.engine.evidence_layout import evidence_path
from pytest_pipeline.engine.evidence_store import check_evidence
from pytest_pipeline.engine.verifying import CheckedFolder


@dataclass(frozen=True)
class Demanding:
    """What demands evidence.

    Attributes:
        pipeline: The pipeline as configured here.
        environment: Name of the environment.
        revision: What is to be promoted there.
        now: The time, ISO 8601 in UTC.
        trust: Whose evidence counts.
        path: Path of the service root as the user wrote it, for the commands that are proposed.
    """

    pipeline: Pipeline
    environment: str
    revision: Revision
    now: str
    trust: Trust
    path: str = ""


def shortfalls(checked: CheckedFolder, demanding: Demanding) -> tuple[FolderProblem, ...]:
    """Return what a folder lacks for an environment; empty if it suffices.

    Raises:
        ConfigError: If there is no such environment.
    """
    pipeline, revision = demanding.pipeline, demanding.revision
    environment = pipeline.environment(demanding.environment)
    artifact = _artifact(checked, demanding)
    rules = EvidenceRules(
        demanding.now,
        max_age_s(pipeline, environment),
        demanding.trust,
        promotions=tuple(each.promotion for each in checked.promotions),
    )
    store = _CheckedStore(checked)
    stages = demanded_stages(pipeline, environment.name)
    problems = check_evidence(
        store,
        [required_of(each, rules) for each in stages],
        revision,
        artifact,
        path=demanding.path,
    )
    missing = (
        FolderProblem(
            evidence_path(each.stage, revision.tree, artifact),
            Check.DEMAND,
            f"{environment.name} refuses it: {each.reason}",
            f"run {each.command}",
        )
        for each in problems
    )
    return (*missing, *_replayed(checked, demanding, artifact))


def _replayed(
    checked: CheckedFolder, demanding: Demanding, artifact: str | None
) -> Iterator[FolderProblem]:
    """Yield that the artifact was promoted before, and something else since."""
    name, store = demanding.environment, _CheckedStore(checked)
    promotions = sorted(
        (each.promotion for each in checked.promotions if each.promotion.environment == name),
        key=lambda each: each.sequence,
    )
    if artifact is None:
        return
    stages = demanded_stages(demanding.pipeline, name)
    found = (store.find(each.name, demanding.revision.tree, artifact) for each in stages)
    evidence = [each for each in found if each is not None]
    problem = replay_problem(name, promotions, artifact, evidence)
    if problem is not None:
        yield FolderProblem("", Check.DEMAND, problem.reason, problem.remedy)


def evidence_that_counts(checked: CheckedFolder, demanding: Demanding) -> tuple[str, ...]:
    """Return the files of the evidence that decides, sorted."""
    pair = (demanding.revision.tree, _artifact(checked, demanding))
    return tuple(
        sorted(
            each.row.path
            for each in checked.stages
            if (each.evidence.revision_tree, each.evidence.artifact) == pair
        )
    )


def _artifact(checked: CheckedFolder, demanding: Demanding) -> str | None:
    service = demanding.pipeline.service
    if service is None:
        return None
    wanted = (demanding.revision.tree, service.name)
    found = (
        digest
        for digest, each in checked.manifests.items()
        if (each.revision_tree, each.name) == wanted
    )
    return next(found, None)


class _CheckedStore:
    """Looks up what was checked."""

    def __init__(self, checked: CheckedFolder) -> None:
        self._checked = checked

    def latest(self, stage: str) -> AttestedEvidence | None:
        """Return the newest evidence of a stage; see the port."""
        return next(iter(self._every(stage)), None)

    def find(self, stage: str, tree: str, artifact: str | None) -> AttestedEvidence | None:
        """Return the evidence of a stage for this very revision and artifact; see the port."""
        for each in self._every(stage):
            if (each.evidence.revision_tree, each.evidence.artifact) == (tree, artifact):
                return each
        return None

    def _every(self, stage: str) -> tuple[AttestedEvidence, ...]:
        """Return all evidence of a stage, the newest first."""
        found = (
            AttestedEvidence(each.evidence, each.envelope, each.keyids)
            for each in self._checked.stages
            if each.evidence.stage == stage
        )
        return tuple(sorted(found, key=lambda each: each.evidence.created, reverse=True))

    def revision_files(self, tree: str) -> Mapping[str, str] | None:
        """Return the files of a revision by its digest; see the port."""
        return self._checked.revisions.get(tree)
