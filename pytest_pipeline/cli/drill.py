"""`pytest-pipeline drill ENV`: what each strategy does when something goes wrong."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.drill_report import expectations, report_of, show_row, table
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.drill_rows import DrillRow, exit_code_of, judge
from pytest_pipeline.domain.drills import Fault
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.strategies import STRATEGIES, strategy_named
from pytest_pipeline.engine.building import Built, build_all
from pytest_pipeline.engine.drilling import Drill, DrillOptions
from pytest_pipeline.errors import ConfigError, PipelineError

#: With fewer, nothing of a strategy is to be seen: there is no batch, and nobody left to serve.
FEWEST_REPLICAS = 2


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "drill",
        help="inject faults into deployments at a site of its own, and see what happens",
        description=(
            "Open a site of its own from an environment's definition, deploy the artifact there "
            "with each strategy, inject a fault into each deployment, and print what happened and "
            "how fast. Neither the environment nor its releases are touched."
        ),
    )
    parser.add_argument("environment", metavar="ENV", nargs="?", help="name of the environment")
    parser.add_argument(
        "--strategy",
        metavar="NAME",
        action="append",
        help="drill this strategy; may be given several times (default: all)",
    )
    parser.add_argument(
        "--fault",
        metavar="NAME",
        action="append",
        help="inject this fault; may be given several times (default: all)",
    )
    parser.add_argument(
        "--replicas",
        type=int,
        metavar="N",
        help=f"instances that serve (default: those of ENV, at least {FEWEST_REPLICAS})",
    )
    parser.add_argument("--format", choices=("table", "json"), default="table", help="how to print")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report to a file")
    parser.add_argument(
        "--list", action="store_true", help="list the faults and what is expected of each"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if options.list:
        wiring.print_table(*expectations())
        return ExitCode.OK
    if options.environment is None:
        raise ConfigError("drill which environment? pytest-pipeline drill ENV")
    asked = _options(options)
    no_disk = "no disk fault was asked for"
    if Fault.DISK_FULL in asked.faults:
        no_disk = wiring.prepare_small_disk()  # before anything is started
    excluded = [options.output] if options.output else []
    with opened(options, excluded=excluded) as (tools, pipeline):
        environment = pipeline.environment(options.environment)
        return _drill(options, tools, pipeline, environment, asked, no_disk)


def _options(options: argparse.Namespace) -> DrillOptions:
    """Return what is asked.

    Raises:
        ConfigError: If there is no such strategy or fault, or too few replicas.
    """
    for each in options.strategy or ():
        strategy_named(each)
    for each in options.fault or ():
        if each not in tuple(Fault):
            raise ConfigError(f"no fault {each!r}; available: {', '.join(Fault)}")
    if options.replicas is not None and options.replicas < 1:
        raise ConfigError(f"--replicas must be at least 1, got {options.replicas}")
    return DrillOptions(
        tuple(dict.fromkeys(options.strategy or STRATEGIES)),
        tuple(dict.fromkeys(Fault(each) for each in options.fault or Fault)),
        options.replicas or 0,
    )


def _drill(  # noqa: PLR0913, PLR0917 - what was asked, where, and what there is for it
    options: argparse.Namespace,
    tools: wiring.WiredToolbox,
    pipeline: Pipeline,
    environment: Environment,
    asked: DrillOptions,
    no_disk: str,
) -> int:
    built = _built(tools, pipeline)
    replicas = asked.replicas or max(FEWEST_REPLICAS, environment.replicas)
    asked = DrillOptions(asked.strategies, asked.faults, replicas, asked.waits)
    folder = tools.workspace.state / "drills" / wiring.draft_execution(tools, kind="drill").id
    rows: list[DrillRow] = []
    with wiring.drill_toolbox(tools, folder, no_disk=no_disk) as (drill_tools, files):
        drill = Drill(drill_tools, built, environment, asked, files)
        try:
            for row in drill.rows():
                rows.append(row)
                tools.progress.line(show_row(row))
        finally:
            left = drill.close()
        code = ExitCode.ERROR if left else exit_code_of(tuple(judge(each) for each in rows))
        if code is not ExitCode.OK:
            _keep_logs(tools, files, folder)
    report = report_of(drill, rows, left, code)
    if options.output:
        options.output.write_text(report, encoding="utf-8")
    if options.format == "json":
        print(report, end="")  # noqa: T201 - what was asked for
    else:
        _print(tools, drill, rows, left)
    return int(code)


def _built(tools: wiring.WiredToolbox, pipeline: Pipeline) -> Built:
    """Return the artifact of the source as it is; built when it is not there yet.

    Raises:
        ConfigError: If there is nothing to build.
    """
    if pipeline.service is None:
        raise ConfigError("nothing to drill: the configuration has no build and run")
    root = tools.workspace.root
    return build_all(tools, pipeline.service, root, tools.revise(root))


def _print(
    tools: wiring.WiredToolbox, drill: Drill, rows: list[DrillRow], left: tuple[str, ...]
) -> None:
    wiring.print_table(*table(rows))
    for row in rows:
        verdict = judge(row)
        for reason in verdict.reasons:
            tools.progress.line(f"{row.strategy}, {row.fault}: {verdict.verdict}: {reason}")
    waits = drill.options.waits
    tools.progress.line(
        f"{drill.options.replicas} replicas, {drill.environment.probe.rate:g} requests/s; waits of "
        f"strategies at most {waits.watch_s:g} s, until ready {waits.ready_s:g} s, "
        f"without progress {waits.progress_s:g} s"
    )
    tools.progress.line(f"left running: {', '.join(left) or 'nothing'}")


def _keep_logs(tools: wiring.WiredToolbox, files: Path, folder: Path) -> None:
    """Keep what the site wrote, for whoever wants to know why."""
    if not files.exists():
        return
    into = folder.with_name(f"{folder.name}-logs")
    try:
        wiring.keep_logs(files, into)
    except PipelineError as error:
        tools.progress.line(str(error))
    else:
        tools.progress.line(f"logs: {into}")
