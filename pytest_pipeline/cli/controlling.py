"""What `promote`, `pause`, `resume` and `abort` have in common."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.engine.control_command import demand_under_way, is_led, tell_controller
from pytest_pipeline.engine.under_way import UnderWay
from pytest_pipeline.errors import StateError


def add_command(
    commands: Any,  # noqa: ANN401 - argparse names no type for it
    name: str,
    *,
    summary: str,
    description: str,
) -> argparse.ArgumentParser:
    """Add a command on the deployment that is under way at an environment."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=description
    )
    parser.add_argument("environment", metavar="ENV", help="name of the environment")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be done, and do nothing"
    )
    return parser


def ask(options: argparse.Namespace, kind: RequestKind) -> int:
    """Ask something of the living controller of a deployment, and wait until it has heard.

    Raises:
        ConfigError: If no deployment is under way.
        StateError: If its controller is dead, or does not hear.
    """
    with opened(options) as (tools, pipeline):
        pipeline.environment(options.environment)
        found = demand_under_way(tools, options.environment)
        if not is_led(found):
            raise StateError(
                f"{found.environment}: nobody is at the deployment any more ({found}): "
                f"pytest-pipeline resume {found.environment} goes on with it, pytest-pipeline "
                f"abort {found.environment} goes back"
            )
        if options.dry_run:
            tools.progress.line(f"{found.environment}: {found}; would ask {found.holder} to {kind}")
            return 0
        tell_controller(tools, found, ControlRequest(found.environment, kind))
        tools.progress.line(f"{found.environment}: heard")
    return 0


def show_takeover(tools: wiring.WiredToolbox, found: UnderWay, *, what: str) -> int:
    """Say what would be done in the place of a dead controller."""
    tools.progress.line(f"{found.environment}: {found}; nobody is at it: would {what} here")
    return 0
