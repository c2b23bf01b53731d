"""What people see."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pytest_pipeline.domain.explanations import Explanation
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.verification import Verification
from pytest_pipeline.engine.pipeline_run import RunOptions
from pytest_pipeline.engine.planning import PlannedDeployment, planned
from pytest_pipeline.engine.workspace import Workspace

if TYPE_CHECKING:
    from rich.console import Console

    from pytest_pipeline.engine.progress import Progress

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


def progress_on(
    stream: IO[str], *, is_terminal: bool, width: int | None = None
) -> tuple[Progress, Console]:
    """Return progress and console on a stream.

    Args:
        stream: Where to write.
        is_terminal: Whether people watch it: colours and a live line.
        width: Columns; None to find out.
    """
    from rich.console import Console

    from pytest_pipeline.adapters.console import ConsoleProgress

    quiet = bool(os.environ.get("CI")) or not is_terminal
    console = Console(
        file=stream,
        force_terminal=is_terminal,
        width=width if width is not None else (None if is_terminal else 140),
        highlight=False,
    )
    return ConsoleProgress(console, live=not quiet), console


def standard_progress() -> Progress:
    """Return progress on standard output."""
    return progress_on(sys.stdout, is_terminal=sys.stdout.isatty())[0]


def print_summary(summary: Mapping[str, Any], console: Console | None = None) -> None:
    """Print the screen at the end of an execution."""
    from pytest_pipeline.adapters.console import render_summary

    render_summary(summary, console or standard_console())


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table on standard output."""
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    standard_console().print(table)


def print_explanation(found: Explanation) -> None:
    """Print why things stand where they stand, on standard output."""
    from pytest_pipeline.adapters.console import render_explanation

    render_explanation(found, standard_console())


def print_verification(found: Verification, folder: Path) -> None:
    """Print what the check of a folder of evidence came to, on standard output."""
    from pytest_pipeline.adapters.console import render_verification
    from pytest_pipeline.adapters.system_clock import SystemClock

    render_verification(found, str(folder), SystemClock().utc(), standard_console())


def print_pipeline(pipeline: Pipeline, tests: Mapping[str, int], console: Console) -> None:
    """Print layers with their numbers of tests, stages with their gates, and environments."""
    from pytest_pipeline.adapters.console import render_pipeline

    render_pipeline(pipeline, tests, console)


def print_plans(root: Path, pipeline: Pipeline, options: RunOptions, console: Console) -> None:
    """Print the plan of each deployment that a whole run would make; touches nothing.

    Raises:
        ConfigError: If an option does not fit the pipeline.
        PlanError: If a strategy's options are out of range.
    """
    from pytest_pipeline.adapters.console import render_plans
    from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url

    file = Workspace(root).state / "ledger.db"
    ledger = SqlLedger(sqlite_url(file)) if file.exists() else None
    render_plans(planned(pipeline, options, ledger), console)


def print_plan(deployment: PlannedDeployment) -> None:
    """Print the plan of one deployment on standard output."""
    from pytest_pipeline.adapters.console import render_plans

    render_plans((deployment,), standard_console())


def standard_console() -> Console:
    """Return a console on standard output."""
    return progress_on(sys.stdout, is_terminal=sys.stdout.isatty())[1]
