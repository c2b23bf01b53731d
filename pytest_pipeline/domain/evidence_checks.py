"""Whether evidence promotes: absence denies, and a refusal names what to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_pipeline.domain.elapsed_time import duration_words, seconds_between
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.evidence_demands import (
    EvidenceProblem,
    EvidenceRules,
    Finding,
    Refusal,
    RequiredEvidence,
    required_of,
)
from pytest_pipeline.domain.evidence_signatures import signature_refusal
from pytest_pipeline.domain.policy_comparison import changed_demands
from pytest_pipeline.domain.revisions import changed_paths, tree_digest
from pytest_pipeline.domain.verdicts import Verdict

__all__ = [
    "EvidenceProblem",
    "EvidenceRules",
    "Finding",
    "Refusal",
    "RequiredEvidence",
    "evidence_problems",
    "required_of",
]

#: How far the clocks of two machines may differ, seconds.
CLOCKS_DIFFER_S = 300.0

#: How the reason of an objective begins that had nothing to compare with.
_NO_BASELINE = "no-baseline: "

_PATHS_SHOWN = 3
_DIGEST_SHOWN = 12
_DAY = len("2026-12-31")

_Refused = tuple[Refusal, str, tuple[str, ...]]


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
        finding = findings.get(each.stage, Finding(None))
        refused = _of_something_else(each, finding, tree, artifact, files)
        if refused is None and finding.attested is not None:
            refused = _not_counting(each, finding)
        if refused is not None:
            refusal, reason, paths = refused
            command = f"pytest --pipeline-stage={each.stage} {path}".rstrip()
            problems.append(EvidenceProblem(each.stage, refusal, reason, command, paths))
    return tuple(problems)


def _of_something_else(
    required: RequiredEvidence,
    finding: Finding,
    tree: str,
    artifact: str | None,
    files: Mapping[str, str],
) -> _Refused | None:
    """Return why the evidence is not about what is to be promoted."""
    evidence = finding.attested.evidence if finding.attested is not None else None
    stage = f"stage {required.stage}"
    if evidence is None or evidence.stage != required.stage:
        return Refusal.MISSING, f"no evidence of {stage}", ()
    if evidence.revision_tree != tree:
        paths = () if finding.files is None else changed_paths(finding.files, files)
        reason = f"{stage} was tested on another revision ({_changed(paths)})"
        return Refusal.STALE, reason, paths
    if evidence.artifact != artifact:
        return Refusal.OTHER_ARTIFACT, f"{stage} was tested on {_other(evidence, artifact)}", ()
    return None


def _not_counting(required: RequiredEvidence, finding: Finding) -> _Refused | None:
    """Return why evidence of this very revision and artifact does not count all the same."""
    assert finding.attested is not None  # noqa: S101 - the caller has looked
    evidence = finding.attested.evidence
    refused = (
        signature_refusal(finding.attested, required.rules)
        or _other_policy(required, evidence)
        or _too_old(required.rules, evidence)
        or _expired_excuse(required, evidence)
        or _compared_with_nothing(required.rules, evidence)
        or _not_promoting(evidence)
    )
    return (*refused, ()) if refused is not None else None


def _other_policy(required: RequiredEvidence, evidence: Evidence) -> tuple[Refusal, str] | None:
    if evidence.policy == required.policy:
        return None
    what = f"the gate of stage {required.stage}"
    what += " or the quarantine" if required.quarantine else ""
    differs = changed_demands(evidence.gate, required.gate)
    told = f" ({'; '.join(differs)})" if differs else ""
    return Refusal.OTHER_POLICY, f"{what} was changed since it was judged{told}"


def _too_old(rules: EvidenceRules, evidence: Evidence) -> tuple[Refusal, str] | None:
    if not rules.now:
        return None
    age_s, stage = seconds_between(evidence.created, rules.now), f"stage {evidence.stage}"
    if age_s is None:
        return Refusal.TOO_OLD, f"when {stage} was judged is not told: {evidence.created!r}"
    if age_s < -CLOCKS_DIFFER_S:
        reason = (
            f"{stage} was judged {duration_words(-age_s)} from now, {evidence.created}: the clock "
            "of one machine is wrong"
        )
        return Refusal.TOO_OLD, reason
    if rules.max_age_s is None or age_s <= rules.max_age_s:
        return None
    limit = duration_words(rules.max_age_s)
    reason = f"{stage} was judged {duration_words(age_s)} ago, and evidence counts for {limit}"
    return Refusal.TOO_OLD, reason


def _expired_excuse(required: RequiredEvidence, evidence: Evidence) -> tuple[Refusal, str] | None:
    """Return which entries may have excused a failure then and do not now.

    Evidence does not say which entries did: any of them may have.
    """
    if required.quarantine is None or not evidence.measurements.get("tests.quarantined"):
        return None
    expired = required.quarantine.over_since(evidence.created[:_DAY], required.today)
    if not expired:
        return None
    named = ", ".join(f"{each.pattern} ({each.place}, until {each.expires})" for each in expired)
    reason = f"stage {required.stage} had failures that are excused no more: {named}"
    return Refusal.EXCUSE_EXPIRED, reason


def _compared_with_nothing(rules: EvidenceRules, evidence: Evidence) -> tuple[Refusal, str] | None:
    """Return that evidence was judged as that of a first release though there was one before.

    A promotion of the very artifact is none before it: a whole run promotes, and judges then.
    """
    excused = [
        each.measure
        for each in evidence.results
        if each.verdict is Verdict.WARN and each.reason.startswith(_NO_BASELINE)
    ]
    before = next(
        (
            each
            for each in rules.promotions
            if each.environment == evidence.environment
            and each.release.artifact != evidence.artifact
            and _is_before(each.created, evidence.created)
        ),
        None,
    )
    if before is None or not excused:
        return None
    reason = (
        f"stage {evidence.stage} compared {', '.join(excused)} with nothing, as for a first "
        f"release, though {before.release.name} was promoted to {before.environment} before: have "
        "its promotions here (pytest-pipeline evidence import)"
    )
    return Refusal.NO_BASELINE, reason


def _is_before(one: str, other: str) -> bool:
    passed_s = seconds_between(one, other)
    return passed_s is None or passed_s > 0


def _not_promoting(evidence: Evidence) -> tuple[Refusal, str] | None:
    if evidence.verdict.promotes:
        return None
    decided = [
        f"{each.measure}: {each.reason}" for each in evidence.results if not each.verdict.promotes
    ]
    why = f" ({'; '.join(decided)})" if decided else ""
    return Refusal.NOT_PROMOTING, f"stage {evidence.stage} ended {evidence.verdict}{why}"


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
