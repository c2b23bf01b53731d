"""`pytest-pipeline deploy ENV`: the deploy job of a CI."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.ending import add_summary, conclude, written_files
from pytest_pipeline.cli.forcing import add_force, force_of
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.strategies import strategy_named
from pytest_pipeline.domain.textbook import cautions
from pytest_pipeline.engine.deploy_command import (
    demand_deployable,
    deploy_environment,
    preview_promotion,
)
from pytest_pipeline.engine.forcing import Force
from pytest_pipeline.engine.kept_sites import catch_up_if_free
from pytest_pipeline.engine.previews import preview_next
from pytest_pipeline.engine.rehearsing import demand_rehearsable


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "deploy",
        help="deploy the tested artifact to an environment, which goes on serving",
        description=(
            "Verify the evidence of every stage that the environment demands for this very "
            "revision and artifact, and that nothing newer serves and no gate demands less than "
            "before; deploy the artifact, measure and judge the deployment. The environment goes "
            "on serving; its URL is printed, `pytest-pipeline down` ends it."
        ),
    )
    parser.add_argument("environment", metavar="ENV", help="name of the environment")
    parser.add_argument("--strategy", metavar="NAME", help="instead of the configured strategy")
    parser.add_argument(
        "--dry-run", action="store_true", help="check the evidence and print the plan, no more"
    )
    add_force(parser, what="deploy without evidence")
    add_summary(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    force = force_of(options)
    named = (options.environment,)
    with opened(options, excluded=written_files(options), signs=named) as (tools, pipeline):
        pipeline.environment(options.environment)  # asked wrongly, nothing is begun
        if options.strategy:
            strategy_named(options.strategy)
        if options.dry_run:
            return _show(options, tools, pipeline, force)
        execution = wiring.begin_execution(tools, kind="deploy")
        with execution.containing():
            execution.revision = tools.revise(tools.workspace.root)
            deploy_environment(
                execution, pipeline, options.environment, strategy=options.strategy, force=force
            )
        return conclude(execution, options, force)


def _show(
    options: argparse.Namespace, tools: wiring.WiredToolbox, pipeline: Pipeline, force: Force
) -> int:
    """Print what would be done; what would be refused is."""
    execution = wiring.draft_execution(tools, kind="deploy")
    with execution.containing():
        execution.revision = tools.revise(tools.workspace.root)
        demand_deployable(execution, pipeline, options.environment, force=force)
        preview_promotion(execution, pipeline, options.environment, force=force)
        environment = pipeline.environment(options.environment)
        catch_up_if_free(tools, environment.name, by="pytest-pipeline deploy --dry-run")
        if pipeline.service is not None:
            demand_rehearsable(tools, environment, pipeline.service.run)
        plan = preview_next(tools, environment, options.strategy)
        chosen = {environment.name: plan.plan.strategy}
        warned = [text for name, text in cautions(pipeline, chosen) if name == environment.name]
        wiring.print_plan(replace(plan, cautions=tuple(warned)))
    for failure in execution.failures:
        tools.progress.line(failure)
    return int(execution.exit_code)
