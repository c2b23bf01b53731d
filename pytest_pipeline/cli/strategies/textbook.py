"""`pytest-pipeline strategies list`: what the textbooks say."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline import wiring


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "list",
        help="print what the textbooks say of each strategy",
        description="Print what the textbooks say of each strategy.",
    )
    parser.set_defaults(run=_run)


def _run(_: argparse.Namespace) -> int:
    wiring.print_textbook()
    return 0
