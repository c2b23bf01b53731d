"""`pytest-pipeline load worker`: serves load tests of another machine."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.strategies.constraints import seconds
from pytest_pipeline.domain.exit_codes import ExitCode

#: How long a worker serves where nothing else is said, seconds.
_HOUR_S = 3600.0


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "worker",
        help="serve load tests of another machine",
        description=(
            "Send requests for the load tests of another machine, one after another. What goes "
            "over the connection is neither encrypted nor authenticated."
        ),
    )
    parser.add_argument(
        "address", metavar="HOST:PORT", help="where the load test listens: `listen` of its stage"
    )
    parser.add_argument(
        "--name",
        required=True,
        metavar="NAME",
        help="name of this machine in `workers` of the stage",
    )
    parser.add_argument(
        "--for",
        dest="for_s",
        type=seconds,
        default=_HOUR_S,
        metavar="SECONDS",
        help="how long to serve (default: 3600)",
    )
    parser.add_argument(
        "--url",
        default="",
        metavar="URL",
        help="where this machine reaches the environment, if not where the load test does",
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    served = wiring.serve_load_tests(
        address=options.address, name=options.name, for_s=options.for_s, url=options.url
    )
    wiring.standard_progress().line(f"loads served: {served}")
    return ExitCode.OK
