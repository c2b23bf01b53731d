"""`pytest-pipeline gates`: what gates demand and can judge, and whether they hold."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.gates import aa, baseline, selftest
from pytest_pipeline.cli.gates import list as listing
from pytest_pipeline.errors import ConfigError

_PARTS = (listing, baseline, aa, selftest)


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "gates",
        help="list what gates can judge, measure what they compare with, put them to the test",
        description="Look at gates, measure what they compare with, and put them to the test.",
    )
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    for part in _PARTS:
        part.add_to(parts)
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    names = ", ".join(part.__name__.rpartition(".")[2] for part in _PARTS)
    raise ConfigError(f"gates: wanted one of {names}, got nothing")
