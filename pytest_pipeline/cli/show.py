"""`pytest-pipeline show EXECUTION`: one execution, as it was summed up at its end."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.errors import ConfigError


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "show",
        help="show one execution",
        description="Show one execution as it was summed up at its end.",
    )
    parser.add_argument(
        "execution",
        metavar="EXECUTION",
        nargs="?",
        help="its identifier or the beginning of it; the latest when left out",
    )
    parser.add_argument("--json", action="store_true", help="print the summary file's content")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (tools, _):
        if options.execution is None:
            found = next(iter(tools.ledger.executions(limit=1)), None)
        else:
            found = tools.ledger.execution(options.execution)
        if found is None:
            raise ConfigError(
                f"no execution {options.execution or ''!r}: see pytest-pipeline history"
            )
        if options.json:
            sys.stdout.write(json.dumps(found.summary, indent=2) + "\n")
        else:
            tools.progress.line(f"execution {found.id} ({found.kind}), begun {found.started}")
            wiring.print_summary(found.summary)
    return 0
