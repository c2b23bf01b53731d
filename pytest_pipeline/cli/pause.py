"""`pytest-pipeline pause ENV`: holds a deployment before its next step."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.controlling import add_command, ask
from pytest_pipeline.domain.control_requests import RequestKind


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = add_command(
        commands,
        "pause",
        summary="hold a deployment before its next step",
        description=(
            "Hold the deployment to an environment before its next step, under alarms, until "
            "`resume`, `promote` or `abort`."
        ),
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    return ask(options, RequestKind.PAUSE)
