"""`pytest-pipeline gates aa`: a release beside itself, and how often its gate is wrong."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.gates.aa_texts import noise_columns, noise_rows, record_of, summary
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.side_by_side.self_comparison import compared_with_itself
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.comparing_with_itself import compare_with_itself
from pytest_pipeline.errors import ConfigError

#: How often runs are drawn again.
DRAWS = 1000
_LEAST_RUNS = 4


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "aa",
        help="compare a release with itself: how often its gate would be wrong",
        description=(
            "Run the load tests of a stage with the same artifact on both sides, all runs, and "
            "say from these how often the settings of side_by_side fail an equal release, find one "
            "that is worse by detect_percent, and come to nothing, on this machine. The rates hold "
            "for this pair of launches: what differs from launch to launch is not seen. It works "
            "on a copy of the service and leaves no evidence."
        ),
    )
    parser.add_argument("stage", metavar="STAGE", help="the stage; it has a table side_by_side")
    parser.add_argument(
        "--runs",
        type=_runs,
        metavar="N",
        help="runs of each side, an even number, at least 4; the more, the surer are the rates "
        "(default: those of the settings)",
    )
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="default: table"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare a release with itself; 21 when nothing could be measured."""
    root = wiring.required_root(Path(options.root))
    pipeline = wiring.load_pipeline(root)
    stage = _compared(pipeline, options.stage)
    settings = stage.gate.side_by_side
    assert settings is not None  # noqa: S101 - looked at just now
    runs = max(options.runs or 0, settings.runs)
    load_s = replace(settings, runs=runs).load_s
    if load_s >= stage.timeout_s:
        raise ConfigError(
            f"--runs {runs} is {load_s:g} s of load for each load test of stage {stage.name}, "
            f"which may take {stage.timeout_s:g} s: ask for fewer, or raise its timeout_s"
        )
    as_json = options.format == "json"
    progress, _ = wiring.progress_beside(sys.stderr if as_json else sys.stdout)
    with wiring.toolbox(root, progress, inputs=pipeline.inputs) as tools:
        progress.section(f"stage {stage.name}, its release beside itself, {runs} runs of each side")
        progress.busy(f"its load tests run, {load_s:g} s of load each")
        found = compare_with_itself(wiring.itself_sessions(tools, runs=runs), stage)
        progress.idle()
    if not found.loads:
        progress.line(found.output)
        progress.line(f"{stage.name} could not be compared with itself: {found.failure}")
        return ExitCode.INCONCLUSIVE
    draw = Random(0).randrange  # noqa: S311 - the same runs give the same rates
    progress.busy(f"its runs are drawn again, twice {DRAWS} times, and judged")
    compared = compared_with_itself(stage.gate, found.loads, draw, draws=DRAWS)
    progress.idle()
    if as_json:
        sys.stdout.write(json.dumps(record_of(stage.name, compared), indent=2) + "\n")
    else:
        wiring.print_table(noise_columns(), noise_rows(compared))
        sys.stdout.write("\n" + summary(compared))
    return ExitCode.OK


def _compared(pipeline: Pipeline, name: str) -> Stage:
    stage = pipeline.stage(name)
    if stage.gate.side_by_side is None:
        raise ConfigError(
            f"stage {name} compares nothing side by side: add [stages.{name}.side_by_side]"
        )
    return stage


def _runs(text: str) -> int:
    try:
        runs = int(text)
    except ValueError:
        runs = 0
    if runs < _LEAST_RUNS or runs % 2:
        raise argparse.ArgumentTypeError(
            f"got {text!r}, wanted an even number of runs, at least {_LEAST_RUNS}"
        )
    return runs
