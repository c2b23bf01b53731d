"""`pytest-pipeline keys`: make keys, look at them, trust them."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.keys import new, show, trust
from pytest_pipeline.errors import ConfigError

_PARTS = (new, show, trust)


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "keys",
        help="make keys that sign evidence, look at them, trust them",
        description="Make keys that sign evidence, look at them, and say whose signatures count.",
    )
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    for part in _PARTS:
        part.add_to(parts)
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    names = ", ".join(part.__name__.rpartition(".")[2] for part in _PARTS)
    raise ConfigError(f"keys: wanted one of {names}, got nothing")
