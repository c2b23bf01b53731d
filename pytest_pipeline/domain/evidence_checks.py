"""Whether evidence promotes: absence denies, and a refusal names what to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.evidence import Evidence, policy_digest
from pytest_pipeline.domain.quarantine import Quarantine
from pytest_pipeline.domain.revisions import changed_paths, tree_digest
from pytest_pipeline.domain.stages import Stage

_PATHS_SHOWN = 3
_DIGEST_SHOWN = 12
_DAY = len("2026-12-31")


class Refusal(StrEnum):
    """Why evidence does not promote."""

    MISSING = "missing"
    STALE = "stale"
    OTHER_ARTIFACT = "other-artifact"
    OTHER_POLICY = "other-policy"
    EXCUSE_EXPIRED = "excuse-expired"
    NOT_PROMOTING = "not-promoting"


@dataclass(frozen=True)
class RequiredEvidence:
    """A stage that must have passed.

    Attributes:
        stage: Its name.
        policy: Digest of its gate as configured now (``policy_digest``).
        quarantine: The tests whose failures are excused now; None for none.
        today: The day, ISO 8601, by which entries of the quarantine expire.
    """

    stage: str
    policy: str
    quarantine: Quarantine | None = None
    today: str = ""


def required_of(stage: Stage, today: str) -> RequiredEvidence:
    """Return what is demanded of a stage's evidence on a day, ISO 8601."""
    return RequiredEvidence(stage.name, policy_digest(stage.gate), stage.quarantine, today)


@dataclass(frozen=True)
class Finding:
    """What the store has for a stage.

    Attributes:
        evidence: The evidence for the very revision and artifact, else the newest of the stage,
            else None.
        files: The files of that evidence's revision; None if unknown. Only needed to say what
            changed since.
    """

    evidence: Evidence | None
    files: Mapping[str, str] | None


@dataclass(frozen=True)
class EvidenceProblem:
    """Why one stage's evidence does not promote.

    Attributes:
        stage: Its name.
        refusal: The kind of problem.
        reason: The problem in words.
        command: The command that provides what is missing.
        paths: Paths that changed since the evidence, sorted; empty unless ``STALE`` and known.
    """

    stage: str
    refusal: Refusal
    reason: str
    command: str
    paths: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return problem and remedy, one line."""
        return f"{self.reason}: run {self.command}"


def evidence_problems(
    required: Sequence[RequiredEvidence],
    files: Mapping[str, str],
    artifact: str | None,
    findings: Mapping[str, Finding],
    *,
    path: str = "",
) -> tuple[EvidenceProblem, ...]:
    """Return why the evidence does not promote; empty when it does.

    Args:
        required: The stages that must have passed, in order.
        files: The files of the revision that is to be promoted.
        artifact: Digest of what is to be promoted; None where nothing is built.
        findings: What the store has, by stage; an absent stage is missing.
        path: Path of the service root as the user wrote it, for the commands.

    Returns:
        At most one problem a stage, in the order of ``required``: the commands, run one after the
        other, provide all that is missing.
    """
    tree = tree_digest(files)
    problems: list[EvidenceProblem] = []
    for each in required:
        finding = findings.get(each.stage, Finding(None, None))
        refused = _refusal(each, finding, tree, artifact, files)
        if refused is not None:
            refusal, reason, paths = refused
            command = f"pytest --pipeline-stage={each.stage} {path}".rstrip()
            problems.append(EvidenceProblem(each.stage, refusal, reason, command, paths))
    return tuple(problems)


def _refusal(
    required: RequiredEvidence,
    finding: Finding,
    tree: str,
    artifact: str | None,
    files: Mapping[str, str],
) -> tuple[Refusal, str, tuple[str, ...]] | None:
    evidence, stage = finding.evidence, f"stage {required.stage}"
    if evidence is None or evidence.stage != required.stage:
        return Refusal.MISSING, f"no evidence of {stage}", ()
    if evidence.revision_tree != tree:
        paths = () if finding.files is None else changed_paths(finding.files, files)
        reason = f"{stage} was tested on another revision ({_changed(paths)})"
        return Refusal.STALE, reason, paths
    if evidence.artifact != artifact:
        return Refusal.OTHER_ARTIFACT, f"{stage} was tested on {_other(evidence, artifact)}", ()
    if evidence.policy != required.policy:
        what = f"the gate of {stage}" + (" or the quarantine" if required.quarantine else "")
        return Refusal.OTHER_POLICY, f"{what} was changed since it was judged", ()
    excuse = _expired_excuse(required, evidence)
    if excuse:
        reason = f"{stage} had failures that are excused no more: {excuse}"
        return Refusal.EXCUSE_EXPIRED, reason, ()
    if not evidence.verdict.promotes:
        decided = [
            f"{each.measure}: {each.reason}"
            for each in evidence.results
            if not each.verdict.promotes
        ]
        why = f" ({'; '.join(decided)})" if decided else ""
        reason = f"{stage} ended {evidence.verdict}{why}"
        return Refusal.NOT_PROMOTING, reason, ()
    return None


def _expired_excuse(required: RequiredEvidence, evidence: Evidence) -> str:
    """Return which entries may have excused a failure then and do not now; empty for none.

    Evidence does not say which entries did: any of them may have.
    """
    if required.quarantine is None or not evidence.measurements.get("tests.quarantined"):
        return ""
    judged = evidence.created[:_DAY]
    expired = required.quarantine.over_since(judged, required.today)
    return ", ".join(f"{each.pattern} ({each.place}, until {each.expires})" for each in expired)


def _other(evidence: Evidence, artifact: str | None) -> str:
    got = _short(evidence.artifact)
    if artifact is None:
        return f"artifact {got}, which is not here (hand over .pipeline/artifacts of its job)"
    return f"another artifact ({got}, wanted {_short(artifact)})"


def _changed(paths: tuple[str, ...]) -> str:
    if not paths:
        return "which of its files changed is not known here"
    more = f", … (+{len(paths) - _PATHS_SHOWN} more)" if len(paths) > _PATHS_SHOWN else ""
    return f"changed: {', '.join(paths[:_PATHS_SHOWN])}{more}"


def _short(digest: str | None) -> str:
    return "none" if digest is None else digest.removeprefix("sha256:")[:_DIGEST_SHOWN]
