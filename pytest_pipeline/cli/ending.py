"""The end of a command that is an execution: what it came to is recorded and shown."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from pytest_pipeline import wiring
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.forcing import Force


def add_summary(parser: argparse.ArgumentParser) -> None:
    """Add `--summary`."""
    parser.add_argument(
        "--summary", type=Path, metavar="FILE", help="write what was decided to a JSON file"
    )


def written_files(options: argparse.Namespace) -> list[Path]:
    """Return the files that the command was told to write."""
    return [options.summary] if options.summary else []


def conclude(
    execution: Execution,
    options: argparse.Namespace,
    force: Force | None = None,
    *,
    recorded: bool = True,
) -> int:
    """Record and show what an execution came to; return the exit code.

    Args:
        execution: The execution, at its end.
        options: The parsed arguments, `--summary` among them.
        force: What was overruled; None for nothing.
        recorded: Whether the ledger hears of it.
    """
    tools = execution.tools
    execution.forced = force.summary() if force else None
    if recorded:
        execution.save(finished=True)
    summary = execution.summary()
    for output in execution.outputs:
        tools.progress.line(output.rstrip())
    wiring.print_summary({**summary, "kind": execution.kind})
    if options.summary:
        options.summary.parent.mkdir(parents=True, exist_ok=True)
        options.summary.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return int(execution.exit_code)
