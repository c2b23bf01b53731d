"""Comparisons of strategies: opened, shown, written."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pytest_pipeline.domain.comparison_records import comparison_record
from pytest_pipeline.domain.comparisons import Comparison
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.recommendation import Recommendation
from pytest_pipeline.domain.services import Service
from pytest_pipeline.engine.building import build_all, install
from pytest_pipeline.engine.comparing import Comparing
from pytest_pipeline.wiring.machines import machine
from pytest_pipeline.wiring.screens import progress_on, standard_console
from pytest_pipeline.wiring.toolbox import WiredToolbox

if TYPE_CHECKING:
    from rich.console import Console

    from pytest_pipeline.engine.progress import Progress

# ruff: noqa: PLC0415 - adapters are imported when they are first needed


@dataclass(frozen=True)
class ComparisonOrder:
    """What is to be compared.

    Attributes:
        service: The service.
        environment: See `comparing.compared_environment`.
        strategies: Names of the strategies, in order.
        repeat: How often each is tried; count, >= 1.
    """

    service: Service
    environment: Environment
    strategies: Sequence[str]
    repeat: int = 1


def comparison_folder(root: Path) -> Path:
    """Return a new folder for the logs, the ledger and the journals of one comparison."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    return root / ".pipeline" / "comparisons" / name


def compare_strategies(tools: WiredToolbox, order: ComparisonOrder, folder: Path) -> Comparison:
    """Build the service, or take what was built, and compare strategies on it.

    Args:
        tools: The toolbox; apart, so that no kept environment hears of it.
        order: What is to be compared.
        folder: Folder for logs and traffic records.

    Raises:
        PipelineError: If it cannot be built, or does not serve at all.
        KeyboardInterrupt: If it was stopped before any strategy was finished.
    """
    measured, root = tools.clock.utc(), tools.workspace.root
    built = build_all(tools, order.service, root, tools.revise(root))
    installed = install(tools, built.artifact)
    comparing = Comparing(tools, order.environment, built, installed, folder)
    strategies = tuple(comparing.compare(order.strategies, repeat=order.repeat))
    return Comparison(
        service=order.service.name,
        artifact=built.artifact,
        replicas=order.environment.replicas,
        rate=order.environment.probe.rate,
        measured=measured,
        machine=machine(),
        strategies=strategies,
        stopped=comparing.stopped,
    )


def comparison_text(comparison: Comparison, form: str) -> str:
    """Return a comparison as ``json`` or ``html``.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    if form == "json":
        return json.dumps(comparison_record(comparison), indent=2) + "\n"
    from pytest_pipeline.adapters.html_report import comparison_page

    return comparison_page(comparison)


def demand_pages() -> None:
    """Find out whether pages can be drawn, before anything is measured for one.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    from pytest_pipeline.adapters.html_report.libraries import demand_report_extra

    demand_report_extra()


def comparison_table(comparison: Comparison) -> str:
    """Return a comparison as a plain table."""
    stream = io.StringIO()
    print_comparison(comparison, progress_on(stream, is_terminal=False)[1])
    return stream.getvalue()


def progress_beside(stream: IO[str]) -> tuple[Progress, Console]:
    """Return progress and console on a stream."""
    return progress_on(stream, is_terminal=stream.isatty())


def print_comparison(comparison: Comparison, console: Console | None = None) -> None:
    """Print a comparison as a table, on standard output by default."""
    from pytest_pipeline.adapters.console import render_comparison

    render_comparison(comparison, console or standard_console())


def print_textbook() -> None:
    """Print what the textbooks say of each strategy."""
    from pytest_pipeline.adapters.console import render_textbook

    render_textbook(standard_console())


def print_recommendation(found: Recommendation, console: Console | None = None) -> None:
    """Print which strategy to take, on standard output by default."""
    from pytest_pipeline.adapters.console import render_recommendation

    render_recommendation(found, console or standard_console())
