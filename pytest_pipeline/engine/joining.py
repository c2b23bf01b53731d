"""Joins the shards of a stage: all of one cut, judged once, leave the evidence of the stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pytest_pipeline.domain.adding_up import PartOfRun, added_up
from pytest_pipeline.domain.evidence import policy_digest
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.quarantine import recovery_remarks
from pytest_pipeline.domain.rejudging import no_whole_stage
from pytest_pipeline.domain.shard_checks import (
    WantedShards,
    chosen_total,
    id_problems,
    shard_problems,
)
from pytest_pipeline.domain.shard_cuts import digest_of_ids
from pytest_pipeline.domain.shard_statements import AttestedShard
from pytest_pipeline.domain.stage_reports import report_from
from pytest_pipeline.domain.stage_results import StageResult, judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.time_lines import Span, SpanKind
from pytest_pipeline.engine.baselines import find_baselines
from pytest_pipeline.engine.building import find_built
from pytest_pipeline.engine.evidence_writing import evidence_of, keep_evidence
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.remembering_durations import remember_durations
from pytest_pipeline.engine.shard_execution import ids_of
from pytest_pipeline.engine.stable_releases import note_stable
from pytest_pipeline.errors import EvidenceError


@dataclass(frozen=True)
class Joined:
    """The shards of a stage, and their runs.

    Attributes:
        shards: All shards of one cut, in order.
        run: Their runs, added up.
    """

    shards: tuple[AttestedShard, ...]
    run: StageRun


def join_stage(
    execution: Execution,
    pipeline: Pipeline,
    stage: Stage,
    *,
    total: int | None = None,
    keep: bool = True,
) -> StageResult:
    """Judge a stage by its shards and write its evidence.

    The result is appended to the execution's stages, its exit code to its codes.

    Args:
        execution: The execution; its revision is known.
        pipeline: The pipeline.
        stage: The stage.
        total: Into how many shards it was cut; None to see from what is there.
        keep: Whether what is found is kept: evidence, and how long tests took.

    Raises:
        EvidenceError: If a shard is missing, cannot be trusted, or does not belong to the others.
        StateError: If the evidence cannot be written.
    """
    execution.base, execution.service = pipeline.base, pipeline.name
    execution.artifact = _artifact(execution, pipeline)
    joined = _joined(execution, stage, total)
    note_stable(execution, stage.environment)
    result = judge_stage(
        stage,
        joined.run,
        baselines=find_baselines(execution, stage),
        today=execution.tools.clock.utc()[:10],
    )
    execution.stages.append(result)
    execution.time_line.append(Span(SpanKind.STAGE, stage.name, 0.0, joined.run.duration_s))
    execution.remarks += recovery_remarks(result.run)
    if result.exit_code:
        reason = f"stage {stage.name} is {result.verdict}: {result.reasons[0]}"
        execution.fail(result.exit_code, reason)
    if keep:
        _keep_evidence(execution, stage, result, joined)
    if keep and not result.exit_code:  # else a shard may be run again, cut as the others were
        remember_durations(execution, stage, joined.run)
    return result


def _artifact(execution: Execution, pipeline: Pipeline) -> str | None:
    """Return the digest of the artifact that the shards ran with; None where none is built."""
    tools, revision, service = execution.tools, execution.revision, pipeline.service
    assert revision is not None  # noqa: S101 - the caller reads it
    if service is None:
        return None
    artifact = find_built(tools, service, revision.tree)
    if artifact is None:
        raise EvidenceError(
            f"no artifact of this revision in {tools.workspace.state / 'artifacts'}: hand over the "
            "folder of the job that built it"
        )
    return artifact


def _joined(execution: Execution, stage: Stage, total: int | None) -> Joined:
    tools, revision = execution.tools, execution.revision
    assert revision is not None  # noqa: S101 - the caller reads it
    wanted = WantedShards(
        stage.name,
        policy_digest(stage.gate),
        revision.tree,
        execution.artifact,
        tools.trust,
        tools.workspace.shown,
    )
    found = tools.shards.every(stage.name)
    chosen, unknown = chosen_total(wanted, found, total)
    if chosen is None:
        raise _refusal(stage, [unknown])
    problems = shard_problems(wanted, found, chosen)
    if problems:
        raise _refusal(stage, problems)
    of_cut = [each for each in found if wanted.about(each) and each.run.shard.total == chosen]
    shards = tuple(sorted(of_cut, key=lambda each: each.run.shard))
    runs = {each.run.shard: _run_of(execution, stage, each) for each in shards}
    cut = shards[0].run.cut
    ids = {shard: ids_of(run) for shard, run in runs.items()}
    problems = id_problems(stage.name, cut.collected, cut.listed, ids)
    if problems:
        raise _refusal(stage, problems)
    parts = [PartOfRun(each.run.shard, runs[each.run.shard], each.run.recorded) for each in shards]
    return Joined(shards, added_up(parts))


def _run_of(execution: Execution, stage: Stage, shard: AttestedShard) -> StageRun:
    """Return the run of a shard, from its report.

    Raises:
        EvidenceError: If the report is not here, was changed, or is not of this shard.
    """
    text = execution.tools.shards.report(shard)
    try:
        name, run = report_from(text)
    except ValueError as error:
        raise EvidenceError(f"the report of {shard.run.name} cannot be read: {error}") from error
    wrong = no_whole_stage(run)
    if wrong:
        raise EvidenceError(f"the report of {shard.run.name} cannot be judged: {wrong}")
    if name != stage.name or digest_of_ids(ids_of(run)) != shard.run.tests:
        raise EvidenceError(
            f"the report of {shard.run.name} is about other tests than its statement: fetch both "
            "anew from its job"
        )
    return run


def _refusal(stage: Stage, problems: Iterable[str]) -> EvidenceError:
    listed = "".join(f"\n  {problem}" for problem in problems)
    return EvidenceError(f"stage {stage.name} cannot be joined:{listed}")


def _keep_evidence(execution: Execution, stage: Stage, result: StageResult, joined: Joined) -> None:
    """Keep what the shards came to, with what they ran on and with in the place of what is here."""
    revision, first = execution.revision, joined.shards[0].run
    assert revision is not None  # noqa: S101 - the caller reads it
    evidence = replace(
        evidence_of(execution, stage, result, revision, ()),
        resources=_merged(each.run.resources for each in joined.shards),
        images=_merged(each.run.images for each in joined.shards),
        interpreter=first.interpreter,
        distributions=first.distributions,
        parts=tuple(each.digest for each in joined.shards),
    )
    keep_evidence(execution, revision, joined.run, evidence)


def _merged(told: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return what shards used; where they used several, all of them."""
    found: dict[str, dict[str, None]] = {}
    for each in told:
        for name, used in each.items():
            found.setdefault(name, {})[used] = None
    return {name: ", ".join(used) for name, used in found.items()}
