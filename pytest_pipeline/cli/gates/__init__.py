"""`pytest-pipeline gates`: what gates can judge."""

from __future__ import annotations

from typing import Any

from pytest_pipeline.cli.gates import list as listing

#: The modules of the commands within.
_PARTS = (listing,)


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "gates",
        help="list what gates can judge",
        description="Look at the gates of the stages.",
    )
    parts = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for part in _PARTS:
        part.add_to(parts)
