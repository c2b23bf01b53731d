"""`pytest-pipeline evidence prune`: deletes evidence of revisions long gone."""

from __future__ import annotations

import argparse
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.exit_codes import ExitCode

_KEEP_DAYS = 90
_DAY_S = 86400.0


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "prune",
        help="delete evidence of revisions long gone",
        description=(
            "Delete evidence and shards that are old, with what nothing else refers to. The newest "
            "evidence of each stage stays, and that which the last two promotions to an "
            "environment rest on. Promotions, approvals and artifacts are never deleted."
        ),
    )
    parser.add_argument(
        "--keep-days",
        type=_days,
        default=_KEEP_DAYS,
        metavar="N",
        help=f"keep what is younger than N days (default: {_KEEP_DAYS})",
    )
    parser.add_argument("--dry-run", action="store_true", help="delete nothing, list the files")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options, signs=()) as (tools, _):
        found = wiring.prune(tools, options.keep_days * _DAY_S, deleting=not options.dry_run)
        if options.dry_run:
            for each in found.paths:
                tools.progress.line(f".pipeline/{each}")
        done = "would be deleted" if options.dry_run else "deleted"
        tools.progress.line(f"{done}: {len(found.paths)} files, {found.size_bytes} bytes")
    return ExitCode.OK


def _days(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"got {text!r}, wanted a number of days, 0 or more")
    return int(text)
