"""`pytest-pipeline promote ENV`: ends the wait of a deployment."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.controlling import add_command, ask
from pytest_pipeline.domain.control_requests import RequestKind


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = add_command(
        commands,
        "promote",
        summary="let a deployment that waits go on",
        description=(
            "End the wait that the deployment to an environment is in, and no later one: a pause "
            "of a canary, a bake or a delay; one that somebody paused goes on. Where nothing "
            "waits, nothing is promoted."
        ),
    )
    parser.add_argument("--full", action="store_true", help="end every later wait as well")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    return ask(options, RequestKind.PROMOTE_FULLY if options.full else RequestKind.PROMOTE)
