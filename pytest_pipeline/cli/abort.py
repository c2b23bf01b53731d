"""`pytest-pipeline abort ENV`: takes a deployment back."""

from __future__ import annotations

import argparse
from functools import partial
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.controlling import add_command, show_takeover
from pytest_pipeline.cli.ending import add_summary, conclude, written_files
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.engine.control_command import (
    demand_under_way,
    finish_here,
    is_led,
    take_back,
)
from pytest_pipeline.engine.outcomes import exit_code_of, outcome_line
from pytest_pipeline.engine.resuming import abort
from pytest_pipeline.engine.under_way import UnderWay, demand_way_back


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = add_command(
        commands,
        "abort",
        summary="take a deployment back: all traffic to stable",
        description=(
            "Take the deployment to an environment back, and wait until stable has all traffic and "
            "the candidate is gone. One whose controller died is taken back here."
        ),
    )
    parser.add_argument("--reason", default="", metavar="TEXT", help="why; recorded with it")
    parser.add_argument(
        "--force",
        action="store_true",
        help="go back although the migration cannot be undone: stable may not understand its data",
    )
    add_summary(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    reason = options.reason.strip() or "aborted by request"
    named = (options.environment,)
    with opened(options, excluded=written_files(options), signs=named) as (tools, pipeline):
        environment = pipeline.environment(options.environment)
        found = demand_under_way(tools, environment.name)
        if not options.force:
            demand_way_back(environment.name, found.state, led=is_led(found))
        if is_led(found):
            return _ask(options, tools, found, reason)
        if options.dry_run:
            return show_takeover(tools, found, what="go back from it")
        execution = wiring.begin_execution(tools, kind="abort")
        with execution.containing():
            finish = partial(abort, reason=reason, force=options.force)
            finish_here(execution, environment, finish, wanted=Phase.ROLLED_BACK)
        return conclude(execution, options)


def _ask(
    options: argparse.Namespace, tools: wiring.WiredToolbox, found: UnderWay, reason: str
) -> int:
    """Let its living controller take the deployment back, and wait for the end."""
    name = found.environment
    if options.dry_run:
        tools.progress.line(f"{name}: {found}; would ask {found.holder} to go back")
        return ExitCode.OK
    request = ControlRequest(name, RequestKind.ABORT, reason, force=options.force)
    record = take_back(tools, found, request)
    tools.progress.line(outcome_line(record))
    tools.progress.line(f"{name}: now serving: {record.serving}")
    if record.phase == Phase.ROLLED_BACK:
        return ExitCode.OK
    if record.phase == Phase.SUCCEEDED:
        tools.progress.line(
            f"{name}: too late: the deployment succeeded; pytest-pipeline rollback {name} goes back"
        )
    return int(exit_code_of(record))
