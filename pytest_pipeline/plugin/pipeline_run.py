"""Connects the plugin to the engine: a whole run, a stage on its own, the list and the plans."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.config import default_pipeline
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.handoffs import Handoff
from pytest_pipeline.domain.injection_orders import PLUGIN, SELFTEST_FOLDER
from pytest_pipeline.domain.pipelines import Pipeline, Promote, Run
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.engine import pipeline_run as engine
from pytest_pipeline.engine.baselines import TO_COMPARE
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.shard_execution import ShardEnd
from pytest_pipeline.engine.stage_alone import StageAlone
from pytest_pipeline.errors import ConfigError, PipelineError
from pytest_pipeline.plugin.child_stage_runner import ChildStageRunner
from pytest_pipeline.plugin.failures import exit_at_start
from pytest_pipeline.plugin.item_layers import LayerReader
from pytest_pipeline.plugin.layer_map import LayerMap, read_layer_map
from pytest_pipeline.plugin.reporting import (
    expect_reports,
    reporting_what_breaks_off,
    write_reports,
)
from pytest_pipeline.plugin.session_state import pipeline_of, service_root_of
from pytest_pipeline.plugin.signing import (
    demand_key,
    remark_on_unsigned,
    restrict_signer,
    signer_of,
)
from pytest_pipeline.plugin.stage_names import stage_of
from pytest_pipeline.plugin.terminal_stream import TerminalStream
from pytest_pipeline.plugin.terminal_summary import SummaryScreen
from pytest_pipeline.plugin.written_files import written_files


@dataclass
class _Alone:
    """A stage that runs in this process, with what has to be left after it."""

    stage: StageAlone
    left: ExitStack


_ALONE = pytest.StashKey[_Alone]()
_STARTED_S = time.monotonic()


def run_pipeline(
    config: pytest.Config, session: pytest.Session, runner: ChildStageRunner, layer_map: LayerMap
) -> int:
    """Run the pipeline and return the exit code.

    Raises:
        ConfigError: If the options do not fit the pipeline.
    """
    del session
    pipeline = effective_pipeline(config, layer_map)
    options = run_options(config)
    steps = engine.chosen_steps(pipeline, options)
    refuse_unclaimed(layer_map, pipeline)
    runner.expect_layers({layer for stage in pipeline.stages for layer in stage.layers})
    stages = [each.stage for each in steps if isinstance(each, Run)]
    environments = [each.environment for each in steps if isinstance(each, Promote)]
    with _tools(config, pipeline) as tools:
        demand_key(config, tools, stages=stages, environments=environments)
        execution = wiring.begin_execution(tools, kind="pipeline", started_s=_STARTED_S)
        expect_reports(config, execution)
        with reporting_what_breaks_off(config, execution, pipeline), execution.containing():
            _read_revision(execution, tools)
            restrict_signer(
                config, pipeline, execution.revision, stages=stages, environments=environments
            )
            engine.run_pipeline(execution, pipeline, runner, options)
        if not execution.stages and not execution.codes:
            execution.fail(ExitCode.INCONCLUSIVE, "no tests were found: nothing was judged")
        _conclude(config, execution, pipeline)
        return int(execution.exit_code)


def begin_stage(config: pytest.Config) -> Handoff:
    """Provision the stage that was asked for on its own.

    Raises:
        pytest.exit.Exception: If evidence is refused, or something cannot be set up; what was
            started is stopped.
        ConfigError: If it was asked wrongly.
    """
    stage = stage_of(pipeline_of(config), config.option.pipeline_stage)
    pipeline = effective_pipeline(config, _layer_map(config), asked=stage)
    with ExitStack() as left:
        tools = left.enter_context(_tools(config, pipeline))
        demand_key(config, tools, stages=[stage.name])
        kind = TO_COMPARE if wiring.measures_baseline(os.environ) else "stage"
        execution = wiring.begin_execution(tools, kind=kind, started_s=_STARTED_S)
        expect_reports(config, execution)
        remark_on_unsigned(config, execution, stage.name)
        itself = wiring.runs_beside_itself(os.environ) > 0
        keep = config.option.pipeline_keep
        alone = StageAlone(execution, pipeline, stage, keep=keep, itself=itself)
        handoff = _begun(config, execution, tools, alone)
        if handoff is not None:
            config.stash[_ALONE] = _Alone(alone, left.pop_all())
            return handoff
        write_reports(config, execution, pipeline)
        execution.save(finished=True)
        _write_summary(config, execution)
        for output in execution.outputs:
            tools.progress.line(output.rstrip())
    raise exit_at_start(config, "\n".join(execution.failures), int(execution.exit_code))


def _begun(
    config: pytest.Config, execution: Execution, tools: wiring.WiredToolbox, alone: StageAlone
) -> Handoff | None:
    """Begin a stage; None when the execution says why that failed."""
    with execution.containing():
        _read_revision(execution, tools)
        restrict_signer(config, alone.pipeline, execution.revision, stages=[alone.stage.name])
        return alone.begin()
    return None


def end_stage(config: pytest.Config, run: StageRun, shard: ShardEnd | None = None) -> int:
    """Judge a stage that ran on its own, stop what was started, and return the exit code.

    Args:
        config: Of the session.
        run: What running the tests brought to light.
        shard: The part of the stage that they were; None for all of it.
    """
    alone = config.stash[_ALONE]
    execution = alone.stage.execution
    with alone.left:
        with execution.containing():
            alone.stage.end(run, shard)
        _conclude(config, execution, alone.stage.pipeline)
    return int(execution.exit_code)


def effective_pipeline(
    config: pytest.Config, layer_map: LayerMap, *, asked: Stage | None = None
) -> Pipeline:
    """Return the configured pipeline; without configured stages, the layers that have tests.

    Args:
        config: Of the session.
        layer_map: Says which layers have tests.
        asked: A stage that is one of them, whatever the map says.
    """
    pipeline = pipeline_of(config)
    if pipeline.stages:
        return pipeline
    found = {*layer_map.layers} - pipeline.mixed_layers
    return default_pipeline({*found, *(asked.layers if asked else ())}, base=pipeline)


def refuse_unclaimed(layer_map: LayerMap, pipeline: Pipeline) -> None:
    """Refuse test files that no stage would run: a release is what all tests have seen.

    Those for mixed versions are run in deployments.

    Raises:
        ConfigError: Naming the layers, and how to claim them.
    """
    claimed = {layer for stage in pipeline.stages for layer in stage.layers}
    claimed |= pipeline.mixed_layers
    unclaimed = Counter(
        min(layers) for layers in layer_map.files.values() if layers and not layers & claimed
    )
    if unclaimed:
        counted = ", ".join(f"{layer} ({count} files)" for layer, count in unclaimed.items())
        layer = next(iter(unclaimed))
        raise ConfigError(
            f"tests of no stage: {counted}. Add [tool.pytest_pipeline.stages.{layer}], or name "
            f"the layer in the layers of another stage: layers = [..., {layer!r}]"
        )


def run_options(config: pytest.Config) -> engine.RunOptions:
    """Return what the options ask of a whole run.

    Raises:
        ConfigError: If ``--pipeline-strategy`` is not of the form ``ENV=NAME``.
    """
    strategies = {}
    for given in config.option.pipeline_strategy:
        environment, equals, strategy = given.partition("=")
        if not (environment and equals and strategy):
            raise ConfigError(
                f"--pipeline-strategy={given}: wanted ENV=NAME, such as staging=blue-green"
            )
        strategies[environment] = strategy
    return engine.RunOptions(
        through=config.option.pipeline_through,
        start=config.option.pipeline_from,
        keep=config.option.pipeline_keep,
        strategies=strategies,
    )


def show_list(config: pytest.Config, counts: Mapping[str, int]) -> None:
    """List layers and their tests, stages and their gates, and environments."""
    pipeline = effective_pipeline(config, _layer_map(config))
    stream = TerminalStream(config)
    _, console = wiring.progress_on(stream, is_terminal=stream.isatty(), width=stream.columns)
    wiring.print_pipeline(pipeline, counts, console)


def show_plans(config: pytest.Config) -> None:
    """Show the plan of each deployment that a whole run would make."""
    pipeline = effective_pipeline(config, _layer_map(config))
    stream = TerminalStream(config)
    _, console = wiring.progress_on(stream, is_terminal=stream.isatty(), width=stream.columns)
    wiring.print_plans(service_root_of(config), pipeline, run_options(config), console)


@contextmanager
def _tools(config: pytest.Config, pipeline: Pipeline) -> Iterator[wiring.WiredToolbox]:
    stream = TerminalStream(config)
    progress, _ = wiring.progress_on(stream, is_terminal=stream.isatty(), width=stream.columns)
    root = service_root_of(config)
    with wiring.toolbox(
        root,
        progress,
        inputs=pipeline.inputs,
        signers=pipeline.signers,
        signer=signer_of(config),
        excluded=written_files(config),
        shown=_as_written(config, root),
        evidence=SELFTEST_FOLDER if config.pluginmanager.hasplugin(PLUGIN) else "",
    ) as tools:
        yield tools


def _as_written(config: pytest.Config, root: Path) -> str:
    start = config.invocation_params.dir
    if root == start:
        return ""
    return str(root.relative_to(start)) if root.is_relative_to(start) else str(root)


def _read_revision(execution: Execution, tools: wiring.WiredToolbox) -> None:
    execution.revision = revision = tools.revise(tools.workspace.root)
    commit = "no commit"
    if revision.commit:
        commit = f"{revision.commit[:12]}{' with changes' if revision.dirty else ''}"
    tools.progress.line(
        f"revision: {commit}, {len(revision.files)} files, tree {revision.tree[:19]}"
    )
    tools.progress.line(f"evidence: {execution.voucher}")


def _conclude(config: pytest.Config, execution: Execution, pipeline: Pipeline) -> None:
    """Save, write the reports and the summary file, and have the summary shown at the end."""
    write_reports(config, execution, pipeline)
    try:
        execution.save(finished=True)
    except PipelineError as error:
        execution.fail(ExitCode.ERROR, str(error))
    _write_summary(config, execution)
    screen = SummaryScreen(config, execution.summary(), tuple(execution.outputs))
    config.pluginmanager.register(screen, "pipeline-summary")


def _write_summary(config: pytest.Config, execution: Execution) -> None:
    named = config.option.pipeline_summary
    if not named:
        return
    path = config.invocation_params.dir / named
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(execution.summary(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        execution.fail(ExitCode.ERROR, f"cannot write --pipeline-summary={path}: {error.strerror}")


def _layer_map(config: pytest.Config) -> LayerMap:
    return read_layer_map(config, LayerReader(pipeline_of(config).layers, service_root_of(config)))
