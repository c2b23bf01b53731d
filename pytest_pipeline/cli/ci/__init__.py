"""`pytest-pipeline ci`: workflows of CI systems, generated."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.ci import github, gitlab
from pytest_pipeline.errors import ConfigError

_PARTS = (github, gitlab)


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "ci",
        help="write the workflow of a CI system: a job for each stage, and those that deploy",
        description="Write a complete workflow for a CI system: a job for each stage, each with "
        "the evidence of those before it, and jobs that deploy.",
    )
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    for part in _PARTS:
        part.add_to(parts)
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    names = ", ".join(part.__name__.rpartition(".")[2] for part in _PARTS)
    raise ConfigError(f"ci: wanted one of {names}, got nothing")
