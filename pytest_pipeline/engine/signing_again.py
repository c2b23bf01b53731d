"""Vouches for a stage in a place without tests: its report is judged again, by this checkout."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.evidence_checks import EvidenceRules, required_of
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.rejudging import differences, no_whole_stage, rejudged
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stage_reports import report_from
from pytest_pipeline.domain.stage_results import StageResult, judge_stage
from pytest_pipeline.domain.stage_statements import stage_statement
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.trust import PublicKey
from pytest_pipeline.engine.attesting import attest
from pytest_pipeline.engine.baselines import find_baselines
from pytest_pipeline.engine.building import find_built
from pytest_pipeline.engine.evidence_store import check_evidence
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.stable_releases import note_stable
from pytest_pipeline.errors import EvidenceError, SigningError


@dataclass(frozen=True)
class JudgedAgain:
    """A stage whose report was judged again, and that comes to what its evidence says.

    Attributes:
        evidence: What is to be signed.
        report: Text of the report.
        result: What that comes to.
    """

    evidence: Evidence
    report: str
    result: StageResult


def judge_again(execution: Execution, pipeline: Pipeline, stage: Stage) -> JudgedAgain:
    """Judge the report of a stage again, by the gate that is checked out here.

    Args:
        execution: Begun for this; it becomes that which ran the stage.
        pipeline: The pipeline.
        stage: The stage.

    Raises:
        EvidenceError: If there is no evidence for this revision and artifact, no report of a whole
            stage, or the report comes to something else: names every difference.
    """
    tools = execution.tools
    execution.revision = revision = tools.revise(tools.workspace.root)
    execution.base, execution.service = pipeline.base, pipeline.name
    found = _found(execution, pipeline, stage, revision)
    execution.id, execution.artifact = found.evidence.execution, found.evidence.artifact
    report, run = _report(execution, stage, found)
    result = _judged(execution, stage, run)
    again = execution.redactor.value(rejudged(found.evidence, stage, result, revision))
    wrong = differences(found.evidence, again)
    if wrong:
        raise EvidenceError(
            f"stage {stage.name} is not signed, for its evidence does not say what its report "
            "comes to here:" + "".join(f"\n  {each}" for each in wrong)
        )
    return JudgedAgain(again, report, result)


def sign_again(execution: Execution, judged: JudgedAgain) -> PublicKey:
    """Sign what was judged again, in the place of who signed before; return the key that did.

    The evidence says the same afterwards, by this signer's word; done twice, nothing changes.

    Raises:
        SigningError: If there is no key, or it cannot sign.
        StateError: If it cannot be written.
    """
    tools, evidence = execution.tools, judged.evidence
    if tools.signer is None or execution.revision is None:
        raise SigningError(
            f"there is no key to sign stage {evidence.stage} with: give --key FILE, or set "
            "PYTEST_PIPELINE_KEY or PYTEST_PIPELINE_KEY_FILE"
        )
    envelope = attest(stage_statement(evidence, execution.service), tools.signer)
    tools.evidence.add(envelope, execution.revision, judged.report)
    return tools.signer.key


def _found(
    execution: Execution, pipeline: Pipeline, stage: Stage, revision: Revision
) -> AttestedEvidence:
    tools, service = execution.tools, pipeline.service
    artifact = find_built(tools, service, revision.tree) if service else None
    found = tools.evidence.find(stage.name, revision.tree, artifact)
    if found is not None:
        return found
    required = [required_of(stage, EvidenceRules(tools.clock.utc()))]
    path = tools.workspace.shown
    problems = check_evidence(tools.evidence, required, revision, artifact, path=path)
    raise EvidenceError(
        f"stage {stage.name} is not signed:" + "".join(f"\n  {each}" for each in problems)
    )


def _report(execution: Execution, stage: Stage, found: AttestedEvidence) -> tuple[str, StageRun]:
    digest = found.evidence.report
    text = execution.tools.evidence.report(digest) if digest else None
    if text is None:
        raise EvidenceError(
            f"stage {stage.name} is not signed, for its report is not here: hand over "
            ".pipeline/reports of the job that ran it, or run "
            f"pytest --pipeline-stage={stage.name} {execution.tools.workspace.shown}".rstrip()
        )
    try:
        name, run = report_from(text)
    except ValueError as error:
        raise EvidenceError(f"stage {stage.name} is not signed, for its report: {error}") from error
    wrong = f"it is of stage {name}" if name != stage.name else no_whole_stage(run)
    if wrong:
        raise EvidenceError(f"stage {stage.name} is not signed, for its report: {wrong}")
    return text, run


def _judged(execution: Execution, stage: Stage, run: StageRun) -> StageResult:
    note_stable(execution, stage.environment)
    baselines = find_baselines(execution, stage)
    today = execution.tools.clock.utc()[:10]
    return judge_stage(stage, run, baselines=baselines, today=today)
