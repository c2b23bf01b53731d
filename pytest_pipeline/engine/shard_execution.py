"""What a shard of a stage leaves: a statement of what it ran, which `joining` judges later."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.envelopes import sha256_of
from pytest_pipeline.domain.evidence import policy_digest
from pytest_pipeline.domain.gates import Gate, Objective
from pytest_pipeline.domain.run_redaction import redacted_run
from pytest_pipeline.domain.shard_cuts import digest_of_ids
from pytest_pipeline.domain.shard_statements import CutClaim, ShardRun, shard_statement
from pytest_pipeline.domain.shards import Shard
from pytest_pipeline.domain.stage_reports import report_text
from pytest_pipeline.domain.stage_results import StageResult, judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.engine.attesting import attest
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.site import Site

#: What a shard alone can be held to: all other objectives are about the whole stage.
_OF_A_PART = Gate((Objective("tests.failed", (Criterion(Comparison.EQUAL, 0),)),))


@dataclass(frozen=True)
class ShardEnd:
    """What is known of a shard at its end, beside its run.

    Attributes:
        shard: Which part of the stage.
        cut: How the stage was cut; None where nobody got to cut it.
        recorded: Measures that its tests recorded.
    """

    shard: Shard
    cut: CutClaim | None
    recorded: tuple[str, ...] = ()


def conclude_shard(
    execution: Execution,
    stage: Stage,
    run: StageRun,
    site: Site | None,
    end: ShardEnd,
) -> StageResult:
    """Leave the statement of a shard, unless it was narrowed or interrupted; judge it by itself.

    Args:
        execution: The execution.
        stage: The stage.
        run: What running the shard's tests brought to light, and what did around them.
        site: The environment it ran against; None for none.
        end: What is known beside it.

    Raises:
        SigningError: If its statement cannot be signed.
        StateError: If it cannot be written.
    """
    part = replace(stage, name=f"{stage.name} {end.shard}", gate=_OF_A_PART)
    result = judge_stage(part, run, today=execution.tools.clock.utc()[:10])
    execution.stages.append(result)
    named = f"shard {end.shard} of {stage.name}"
    if result.exit_code:
        execution.fail(result.exit_code, f"{named} is {result.verdict}: {result.reasons[0]}")
    if run.interrupted or run.narrowed or end.cut is None or execution.revision is None:
        execution.remarks.append(f"{named}: nothing was left for `pytest-pipeline join`")
        return result
    execution.remarks.append(
        f"{named}: judged by `pytest-pipeline join {stage.name}`, which adds all shards up; here "
        "no objective of its gate was"
    )
    run = redacted_run(run, execution.redactor, f" ({end.shard})")
    report = report_text(stage.name, run)
    claim = execution.redactor.value(_claim(execution, stage, site, end, report=report, run=run))
    envelope = attest(shard_statement(claim), execution.tools.signer)
    execution.tools.shards.add(envelope, report)
    return result


def ids_of(run: StageRun) -> tuple[str, ...]:
    """Return the ids of the tests that a run is about, reported or not, sorted."""
    return tuple(sorted({*(each.nodeid for each in run.tally.records), *run.missing}))


def _claim(  # noqa: PLR0913 - what a statement names
    execution: Execution,
    stage: Stage,
    site: Site | None,
    end: ShardEnd,
    *,
    report: str,
    run: StageRun,
) -> ShardRun:
    revision, cut = execution.revision, end.cut
    assert revision is not None  # noqa: S101 - the caller looked
    assert cut is not None  # noqa: S101 - likewise
    provided = site.provided if site else ()
    return ShardRun(
        stage=stage.name,
        shard=end.shard,
        cut=cut,
        revision_tree=revision.tree,
        commit=revision.commit,
        dirty=revision.dirty,
        artifact=execution.artifact,
        policy=policy_digest(stage.gate),
        report=sha256_of(report),
        tests=digest_of_ids(ids_of(run)),
        recorded=tuple(sorted(end.recorded)),
        resources={each.name: f"{each.provider} {each.version}" for each in provided},
        images={each.name: each.image for each in provided if each.image},
        interpreter=execution.interpreter.version,
        distributions=execution.interpreter.distributions,
        execution=execution.id,
        created=execution.tools.clock.utc(),
    )
