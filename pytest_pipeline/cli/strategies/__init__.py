"""`pytest-pipeline strategies`: what there is to choose from, measured, and which to take."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.strategies import compare, recommend, textbook
from pytest_pipeline.cli.strategies.constraints import add_constraints
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "strategies",
        help="list, compare and recommend deployment strategies",
        description="List what the textbooks say, measure it on this service, recommend one.",
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="recommend a strategy from plans and textbooks (as `strategies recommend`)",
    )
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    for part in (compare, textbook, recommend):
        part.add_to(parts)
    add_constraints(parser, within=False)
    parser.set_defaults(run=_run, measured=None)


def _run(options: argparse.Namespace) -> int:
    if not options.explain:
        raise ConfigError("strategies: wanted compare, list, recommend or --explain, got nothing")
    return recommend.run(options)
