"""`pytest-pipeline gates`: what gates demand, and whether they hold."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.gates import selftest
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "gates",
        help="put gates to the test",
        description="What the gates of the stages demand, and whether they hold.",
    )
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    for part in (selftest,):
        part.add_to(parts)
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    raise ConfigError("gates: wanted a command, got nothing: see pytest-pipeline gates --help")
