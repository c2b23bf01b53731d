"""`pytest-pipeline join STAGE`: the fan-in job of a stage that ran in shards."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.ending import add_summary, conclude, written_files
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.config import default_pipeline
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.shards import MOST_SHARDS
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.joining import join_stage
from pytest_pipeline.engine.signing_demands import demand_signer
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "join",
        help="judge a stage by its shards, all of which must be here",
        description=(
            "Demand every shard of the stage for this very revision and artifact, add their tests "
            "up, judge the stage once by its gate, and write its evidence."
        ),
    )
    parser.add_argument("stage", metavar="STAGE", help="name of the stage")
    parser.add_argument(
        "--shards",
        type=int,
        metavar="N",
        help="into how many shards it was cut (default: what those that are here say)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="judge and say what would be decided, no more"
    )
    add_summary(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    total: int | None = options.shards
    if total is not None and not 1 <= total <= MOST_SHARDS:
        raise ConfigError(f"--shards must be in 1..{MOST_SHARDS}, got {total}")
    with opened(options, excluded=written_files(options), signs=()) as (tools, pipeline):
        stage = _stage_of(pipeline, options.stage)
        begin = wiring.draft_execution if options.dry_run else wiring.begin_execution
        if not options.dry_run:
            key = tools.signer.key if tools.signer else None
            demand_signer(tools.trust, key, stages=(stage.name,))
        execution = begin(tools, kind="join")
        with execution.containing():
            execution.revision = tools.revise(tools.workspace.root)
            join_stage(execution, pipeline, stage, total=total, keep=not options.dry_run)
        return conclude(execution, options, recorded=not options.dry_run)


def _stage_of(pipeline: Pipeline, name: str) -> Stage:
    """Return a stage; without configured stages every layer is one."""
    if pipeline.stages:
        return pipeline.stage(name)
    return default_pipeline(pipeline.layers.names, base=pipeline).stage(name)
