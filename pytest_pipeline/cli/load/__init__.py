"""`pytest-pipeline load`: load from several machines."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.load import worker
from pytest_pipeline.errors import ConfigError

_PARTS = (worker,)


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "load",
        help="send load from this machine for a load test of another one",
        description="Send load from this machine for a load test of another one.",
    )
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    for part in _PARTS:
        part.add_to(parts)
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    names = ", ".join(part.__name__.rpartition(".")[2] for part in _PARTS)
    raise ConfigError(f"load: wanted one of {names}, got nothing")
