"""`pytest-pipeline deploy ENV`: the deploy job of a CI."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.strategies import strategy_named
from pytest_pipeline.engine.deploy_command import deploy_environment


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "deploy",
        help="deploy the tested artifact to an environment, which goes on serving",
        description=(
            "Verify the evidence of every stage before the environment for this very revision and "
            "artifact, deploy the artifact, measure and judge the deployment. The environment goes "
            "on serving; its URL is printed, `pytest-pipeline down` ends it."
        ),
    )
    parser.add_argument("environment", metavar="ENV", help="name of the environment")
    parser.add_argument("--strategy", metavar="NAME", help="instead of the configured strategy")
    parser.add_argument(
        "--summary", type=Path, metavar="FILE", help="write what was decided to a JSON file"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    excluded = [options.summary] if options.summary else []
    with opened(options, excluded=excluded) as (tools, pipeline):
        pipeline.environment(options.environment)  # asked wrongly, nothing is begun
        if options.strategy:
            strategy_named(options.strategy)
        execution = wiring.begin_execution(tools, kind="deploy")
        with execution.containing():
            execution.revision = tools.revise(tools.workspace.root)
            deploy_environment(execution, pipeline, options.environment, strategy=options.strategy)
        execution.save(finished=True)
        for output in execution.outputs:
            tools.progress.line(output.rstrip())
        summary = execution.summary()
        wiring.print_summary(summary)
        if options.summary:
            options.summary.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
        return int(execution.exit_code)
