"""Finds what a stage's figures are compared with: measurements, never assumptions."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.baselines import Baseline, BaselineKind, Baselines
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.revisions import short_commit
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import PipelineError

#: Kind of the executions whose evidence is only compared with, and its policy: no gate has it, so
#: that it promotes nothing.
TO_COMPARE = "baseline"

_DIGEST_SHOWN = 12
_SIDE_BY_SIDE = "compare side by side ([stages.{}.side_by_side], baseline = 'stable')"


def find_baselines(execution: Execution, stage: Stage) -> Baselines:
    """Return what the gate of a stage compares with; empty when all of it is absolute.

    What cannot be found is missing, with the reason and what to do: never an error.
    """
    return {kind: _found(execution, stage, kind) for kind in sorted(stage.gate.looked_up)}


def _found(execution: Execution, stage: Stage, kind: BaselineKind) -> Baseline:
    if execution.kind == TO_COMPARE:
        return Baseline(kind, missing="this run only measures what others are compared with")
    try:
        match kind:
            case BaselineKind.STABLE:
                return _stable(execution, stage)
            case BaselineKind.MERGE_BASE:
                return _merge_base(execution, stage)
    except PipelineError as error:
        return Baseline(kind, missing=str(error))


def _stable(execution: Execution, stage: Stage) -> Baseline:
    environment = stage.environment or ""
    if environment in execution.unpromoted:
        said = f"nothing was promoted to {environment} yet"
        return Baseline("stable", missing=f"{said}, nothing to compare with", first_release=True)
    release = execution.promoted_before.get(environment)
    if release is None:
        return Baseline("stable", missing=f"it is not known what {environment or 'it'} served")
    origin = f"{release.name} (stable)"
    tools = execution.tools
    found = [
        each
        for each in tools.evidence.every(stage.name)
        if each.evidence.artifact == release.artifact and each.evidence.execution != execution.id
    ]
    digest = release.artifact.removeprefix("sha256:")[:_DIGEST_SHOWN]
    missing = (
        f"no evidence of stage {stage.name} for {origin}, artifact {digest}: hand over "
        ".pipeline/evidence of the execution that promoted it, or compare with what `"
        f"{measuring(tools, stage.name)}` measures: baseline = 'merge-base'"
    )
    return _baseline(origin, found, tools.trust, missing, remedy=_SIDE_BY_SIDE.format(stage.name))


def _merge_base(execution: Execution, stage: Stage) -> Baseline:
    tools = execution.tools
    commit = tools.history.merge_base(tools.workspace.root, execution.base)
    origin = f"merge base {short_commit(commit)}"
    missing = (
        f"stage {stage.name} was not measured at the {origin}: run {measuring(tools, stage.name)}"
    )
    found = evidence_of_commit(tools, stage.name, commit)
    remedy = f"run {measuring(tools, stage.name)} here, or {_SIDE_BY_SIDE.format(stage.name)}"
    return _baseline(origin, found, tools.trust, missing, remedy=remedy)


def evidence_of_commit(tools: Toolbox, stage: str, commit: str) -> list[AttestedEvidence]:
    """Return the evidence of a stage for a commit, as it was committed; the newest first.

    Raises:
        EvidenceError: If evidence cannot be read.
    """
    every = (*tools.evidence.every(stage), *tools.baselines.every(stage))
    found = [each for each in every if each.evidence.commit == commit and not each.evidence.dirty]
    return sorted(found, key=lambda each: each.evidence.created, reverse=True)


def measuring(tools: Toolbox, stage: str) -> str:
    """Return the command that measures a stage at the merge base."""
    root = f"--root {tools.workspace.shown} " if tools.workspace.shown else ""
    return f"pytest-pipeline {root}gates baseline {stage}"


def distrust(found: AttestedEvidence, trust: Trust) -> str:
    """Return why figures are not to be compared with; empty when they are.

    A project that trusts signers compares with what one of them signed.
    """
    evidence = found.evidence
    vouching = [each for each in trust.of(found.keyids) if each.vouches_for_stage(evidence.stage)]
    if trust.signers and not vouching:
        return "nobody whom the configuration trusts for the stage signed what was measured"
    return doubt_of(evidence)


def doubt_of(evidence: Evidence) -> str:
    """Return why figures are not to be compared with, whoever signed them; empty when they are.

    A stage that failed was measured: its figures count. One that is ERROR, or of which tests were
    left out, was measured in part.
    """
    if evidence.verdict is Verdict.ERROR:
        return "the run that measured it is ERROR"
    if evidence.left_out:
        return f"only a part of it was measured ({evidence.left_out[0]})"
    return ""


def _baseline(
    origin: str,
    found: Iterable[AttestedEvidence],
    trust: Trust,
    missing: str,
    *,
    remedy: str,
) -> Baseline:
    doubts = []
    for each in found:
        doubt = distrust(each, trust)
        if not doubt:
            evidence = each.evidence
            return Baseline(
                origin, evidence.measurements, conditions=evidence.conditions, remedy=remedy
            )
        doubts.append(doubt)
    return Baseline(origin, missing=f"{missing} ({doubts[0]})" if doubts else missing)
