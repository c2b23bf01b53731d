"""`pytest-pipeline policy`: what an environment demands, what changed, and who approves it."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.policy import approve, diff, show
from pytest_pipeline.errors import ConfigError

_PARTS = (show, diff, approve)


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "policy",
        help="show what an environment demands, what changed since its last promotion; approve it",
        description=(
            "Show what an environment demands, compare it with what its last promotion demanded, "
            "and approve a policy that demands less."
        ),
    )
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    for part in _PARTS:
        part.add_to(parts)
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    names = ", ".join(part.__name__.rpartition(".")[2] for part in _PARTS)
    raise ConfigError(f"policy: wanted one of {names}, got nothing")
