"""`pytest-pipeline rollback ENV`: deploys an earlier release."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.ending import add_summary, conclude, written_files
from pytest_pipeline.cli.forcing import add_force, force_of
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.strategies import strategy_named
from pytest_pipeline.engine.forcing import Force
from pytest_pipeline.engine.kept_sites import catch_up_if_free
from pytest_pipeline.engine.previews import preview_plan
from pytest_pipeline.engine.promotion_chain import demand_chain
from pytest_pipeline.engine.rollback_command import (
    RollbackOptions,
    demand_target,
    rollback_environment,
)
from pytest_pipeline.engine.rollback_target import choose_target
from pytest_pipeline.errors import EvidenceError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "rollback",
        help="deploy an earlier release to an environment",
        description=(
            "Deploy the newest promoted release that is older than the one that serves, or the one "
            "that --to names, under traffic and measured like any deployment. Its promotion is the "
            "evidence for it. The environment goes on serving."
        ),
    )
    parser.add_argument("environment", metavar="ENV", help="name of the environment")
    parser.add_argument("--to", metavar="RELEASE", help="which release, such as r7")
    parser.add_argument("--strategy", metavar="NAME", help="instead of the configured strategy")
    parser.add_argument(
        "--dry-run", action="store_true", help="print what would be done and the plan, no more"
    )
    add_force(parser, what="go back over a migration that cannot be undone, or without evidence")
    add_summary(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    force = force_of(options)
    named = (options.environment,)
    with opened(options, excluded=written_files(options), signs=named) as (tools, pipeline):
        pipeline.environment(options.environment)  # asked wrongly, nothing is begun
        if options.strategy:
            strategy_named(options.strategy)
        catch_up_if_free(tools, options.environment, by="pytest-pipeline rollback")
        choose_target(tools, options.environment, options.to)
        if options.dry_run:
            return _show(options, tools, pipeline, force)
        execution = wiring.begin_execution(tools, kind="rollback")
        with execution.containing():
            asked = RollbackOptions(options.to, options.strategy, force)
            rollback_environment(execution, pipeline, options.environment, asked)
        return conclude(execution, options, force)


def _show(
    options: argparse.Namespace, tools: wiring.WiredToolbox, pipeline: Pipeline, force: Force
) -> int:
    """Print what would be done; what would be refused is."""
    execution = wiring.draft_execution(tools, kind="rollback")
    environment = pipeline.environment(options.environment)
    with execution.containing():
        with force.overruling(EvidenceError, tools.progress):
            demand_chain(tools, environment.name, pipeline.name)
        target = demand_target(tools, pipeline, environment.name, to=options.to, force=force)
        tools.artifacts.verify(target.release.artifact)
        tools.progress.line(str(target))
        plan = preview_plan(
            environment,
            target.stable,
            target.release.number,
            strategy=options.strategy,
            migrates=target.stable is None,
        )
        wiring.print_plan(plan)
    for failure in execution.failures:
        tools.progress.line(failure)
    return int(execution.exit_code)
