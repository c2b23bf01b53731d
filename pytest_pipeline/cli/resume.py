"""`pytest-pipeline resume ENV`: goes on with a deployment."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.controlling import add_command, show_takeover
from pytest_pipeline.cli.ending import add_summary, conclude, written_files
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.engine.control_command import (
    demand_under_way,
    finish_here,
    is_led,
    tell_controller,
)
from pytest_pipeline.engine.resuming import resume


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = add_command(
        commands,
        "resume",
        summary="go on with a deployment that is paused, frozen or left by its controller",
        description=(
            "Let a paused deployment go on. One whose controller died, that is frozen, or whose "
            "way back failed is brought to its end here, in the direction in which it was going."
        ),
    )
    add_summary(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    named = (options.environment,)
    with opened(options, excluded=written_files(options), signs=named) as (tools, pipeline):
        environment = pipeline.environment(options.environment)
        found = demand_under_way(tools, environment.name)
        if is_led(found):
            if options.dry_run:
                tools.progress.line(f"{environment.name}: {found}; would ask {found.holder}")
                return 0
            tell_controller(tools, found, ControlRequest(environment.name, RequestKind.RESUME))
            tools.progress.line(f"{environment.name}: heard")
            return 0
        if options.dry_run:
            return show_takeover(tools, found, what="go on with it")
        execution = wiring.begin_execution(tools, kind="resume")
        with execution.containing():
            finish_here(execution, environment, resume)
        return conclude(execution, options)
