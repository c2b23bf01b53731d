"""`pytest-pipeline evidence`: hands evidence over from job to job, and deletes what is old."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline.cli.evidence import exporting, importing, pruning
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "evidence",
        help="hand evidence over to other jobs, take theirs in, delete what is old",
        description="Hand evidence over to other jobs, take theirs in, delete what is old.",
    )
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    for part in (exporting, importing, pruning):
        part.add_to(parts)
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    raise ConfigError("evidence: wanted one of export, import, prune, got nothing")
