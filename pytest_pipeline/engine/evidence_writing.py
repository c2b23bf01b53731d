"""Writes what a stage came to: its report, and the statement that vouches for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pytest_pipeline.domain.envelopes import sha256_of
from pytest_pipeline.domain.evidence import Evidence, policy_digest
from pytest_pipeline.domain.gate_documents import gate_document
from pytest_pipeline.domain.load_conditions import conditions_of
from pytest_pipeline.domain.names_in_evidence import named_tests
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.run_redaction import redacted_run
from pytest_pipeline.domain.stage_reports import report_text
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.stage_statements import stage_statement
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.attesting import attest
from pytest_pipeline.engine.baselines import TO_COMPARE
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import SigningError


def write_evidence(
    execution: Execution, stage: Stage, run: StageRun, result: StageResult, site: Site | None
) -> None:
    """Write the evidence of a stage and its report, without secrets, signed where there is a key.

    Nothing is written where the revision is not known.

    Args:
        execution: The execution.
        stage: The stage.
        run: What its gate judged.
        result: What that came to.
        site: The environment it ran against; None for none.

    Raises:
        SigningError: If there is a key and it cannot sign.
        StateError: If it cannot be written.
    """
    revision = execution.revision
    if revision is None:
        return
    provided = site.provided if site else ()
    keep_evidence(
        execution, revision, run, evidence_of(execution, stage, result, revision, provided)
    )


def keep_evidence(
    execution: Execution, revision: Revision, run: StageRun, evidence: Evidence
) -> None:
    """Keep evidence of a stage and its report, without secrets, signed where there is a key.

    Args:
        execution: The execution.
        revision: What the evidence is of.
        run: What the stage's gate judged.
        evidence: What that came to; it names no report yet.

    Raises:
        SigningError: If there is a key and it cannot sign.
        StateError: If it cannot be written.
    """
    stage, redactor = evidence.stage, execution.redactor
    report = report_text(stage, redacted_run(run, redactor))
    named = replace(redactor.value(evidence), report=sha256_of(report))
    _store(execution, named, revision, report)


def _store(execution: Execution, evidence: Evidence, revision: Revision, report: str) -> None:
    """Store evidence; where somebody else had it signed, an error that nobody vouches for."""
    tools, service = execution.tools, execution.service or evidence.stage
    try:
        envelope = attest(stage_statement(evidence, service), tools.signer)
    except SigningError:
        unsigned = attest(stage_statement(replace(evidence, verdict=Verdict.ERROR), service), None)
        tools.evidence.add(unsigned, revision, report)
        raise
    tools.evidence.add(envelope, revision, report)


def evidence_of(
    execution: Execution,
    stage: Stage,
    result: StageResult,
    revision: Revision,
    provided: Sequence[ProvidedResource],
) -> Evidence:
    """Return what a stage came to, as if its tests had run in this process.

    Args:
        execution: The execution.
        stage: The stage.
        result: What it came to.
        revision: What it was tested on.
        provided: What its environment had.
    """
    named = named_tests(result.run)
    return Evidence(
        stage=stage.name,
        verdict=result.verdict,
        revision_tree=revision.tree,
        commit=revision.commit,
        artifact=execution.artifact,
        policy=TO_COMPARE if execution.kind == TO_COMPARE else policy_digest(stage.gate),
        results=result.objectives,
        measurements=result.measurements,
        resources={each.name: f"{each.provider} {each.version}" for each in provided},
        interpreter=execution.interpreter.version,
        distributions=execution.interpreter.distributions,
        execution=execution.id,
        created=execution.tools.clock.utc(),
        dirty=revision.dirty,
        left_out=result.run.left_out,
        registered={each.name: (each.unit, each.meaning) for each in result.run.registered},
        gate=gate_document(stage.gate),
        images={each.name: each.image for each in provided if each.image},
        passed=named.passed,
        warned=named.warned,
        failed=named.failed,
        environment=stage.environment or "",
        conditions=conditions_of(result.run.loads),
    )
