"""Runs one stage: its tests, its gate, its evidence."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.handoffs import Beside, Handoff
from pytest_pipeline.domain.load import load_remarks
from pytest_pipeline.domain.quarantine import recovery_remarks
from pytest_pipeline.domain.stage_results import StageResult, judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.time_lines import SpanKind
from pytest_pipeline.engine.baselines import TO_COMPARE, find_baselines
from pytest_pipeline.engine.beside import end_beside, launch_beside
from pytest_pipeline.engine.building import moved
from pytest_pipeline.engine.evidence_writing import write_evidence
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.promoting import Promoter
from pytest_pipeline.engine.remembering_durations import remember_durations
from pytest_pipeline.engine.router_counting import read_router, with_router_figures
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.stage_runner import StageRunner


def run_stage(
    execution: Execution,
    stage: Stage,
    runner: StageRunner,
    promoter: Promoter | None,
) -> None:
    """Have the tests of a stage run, judge them, and write evidence.

    The result is appended to the execution's stages, its exit code to its codes. A stage that
    nobody configured and that turns out to have no tests is absent.

    Raises:
        KeyboardInterrupt: If Ctrl-C ended the tests.
    """
    site = promoter.sites.get(stage.environment or "") if promoter else None
    execution.tools.progress.section(f"stage {stage.name}")
    announce_workers(execution, stage, site)
    try:
        beside = launch_beside(execution, stage, site)
        counted = read_router(site)
        with execution.under_way(SpanKind.STAGE, stage.name):
            run = runner.run(stage, handoff_for(execution, stage, site, beside))
        run = with_beside(with_router_figures(run, counted, site), beside)
        damage = promoter.damage(stage.environment) if promoter else ""
    finally:
        end_beside(site)
    execution.time.add("load", run.load_s)
    execution.time.add("tests", run.duration_s - run.load_s)
    if not (stage.configured or run.tally.collected or run.tally.broken_modules or run.problems):
        execution.tools.progress.line(f"stage {stage.name} is absent: it has no tests")
        return
    conclude_stage(execution, stage, run, site, damage=damage)


def announce_workers(execution: Execution, stage: Stage, site: Site | None) -> None:
    """Say what is to be run on other machines, which load tests of the stage wait for."""
    if not stage.load.workers or site is None:
        return
    say = execution.tools.progress.line
    say(f"load tests of {stage.name} against {site.handoff().url} wait for these workers:")
    for command in stage.load.worker_commands:
        say(f"  {command}")


def handoff_for(
    execution: Execution, stage: Stage, site: Site | None, beside: Beside | None = None
) -> Handoff:
    """Return what the test session of a stage is told; its folder is created.

    Args:
        execution: The execution.
        stage: The stage.
        site: The environment that it runs against; None for none.
        beside: What its load is compared with; None where nothing is.
    """
    folder = execution.tools.workspace.execution(execution.id) / f"stage-{stage.name}"
    folder.mkdir(parents=True, exist_ok=True)
    environment = replace(site.handoff(), beside=beside) if site else None
    return Handoff(execution.id, stage.name, str(folder), environment, stage.load)


def with_beside(run: StageRun, beside: Beside | None) -> StageRun:
    """Return a run that says what its load was compared with; addresses are nobody's any more."""
    return replace(run, beside=replace(beside, url="")) if beside else run


def conclude_stage(
    execution: Execution,
    stage: Stage,
    run: StageRun,
    site: Site | None,
    *,
    damage: str = "",
) -> StageResult:
    """Judge the run of a stage and write its evidence, unless it was narrowed or interrupted.

    Args:
        execution: The execution.
        stage: The stage.
        run: What running its tests brought to light.
        site: The environment it ran against; None for none.
        damage: What died at the environment meanwhile, in words; empty when all is well.
    """
    run = doubted(execution, run, site, damage)
    if execution.kind == "pipeline":  # which releases: nobody may have left out anything
        run = replace(run, left_out=(*run.left_out, *run.narrowed))
    baselines = find_baselines(execution, stage)
    result = judge_stage(stage, run, baselines=baselines, today=execution.tools.clock.utc()[:10])
    execution.stages.append(result)
    execution.remarks += recovery_remarks(result.run)
    execution.remarks += load_remarks(run.loads)
    code = result.exit_code
    if code:
        execution.fail(code, f"stage {stage.name} is {result.verdict}: {result.reasons[0]}")
    if not run.interrupted and not run.narrowed:
        write_evidence(execution, stage, run, result, site)
        if execution.kind != TO_COMPARE:  # other files, with other tests
            remember_durations(execution, stage, run)
    return result


def doubted(execution: Execution, run: StageRun, site: Site | None, damage: str) -> StageRun:
    """Return a run with what came to light around its tests.

    Args:
        execution: The execution.
        run: The run.
        site: See `conclude_stage`. So is the following.
        damage: What died.
    """
    doubts = tuple(filter(None, (damage, _moved(execution), _foreign(execution, site))))
    return replace(run, problems=(*run.problems, *doubts))


def _moved(execution: Execution) -> str:
    if execution.revision is None:
        return ""
    return moved(execution.tools, execution.tools.workspace.root, execution.revision)


def _foreign(execution: Execution, site: Site | None) -> str:
    """Say that the environment serves another artifact than the one to be judged."""
    if site is None or (site.stable and site.stable.artifact == execution.artifact):
        return ""
    serving = site.stable.name if site.stable else "nothing"
    return f"{site.environment.name} serves {serving}, which is not the artifact of this revision"
