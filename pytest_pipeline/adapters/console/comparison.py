"""A comparison of strategies as one screen: what was measured, and below it what textbooks say."""

from __future__ import annotations

import re

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pytest_pipeline.domain.comparisons import Comparison, StrategyFigures
from pytest_pipeline.domain.recommendation import Recommendation
from pytest_pipeline.domain.textbook import TEXTBOOK

_COLUMNS = (
    *("strategy", "requests", "lost", "errors", "downtime", "mixed", "peak"),
    *("deploy", "critical", "cut-over", "way back", "lost then", "risk"),
)


def render_comparison(comparison: Comparison, console: Console) -> None:
    """Print a comparison."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        right = name not in ("strategy", "risk")
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    for each in comparison.strategies:
        table.add_row(*_measured(each.figures))
        if each.figures.strategy in TEXTBOOK:
            table.add_row(*(Text(cell, style="dim") for cell in _claimed(each.figures.strategy)))
    console.print(
        f"{escape(comparison.service)}, {comparison.replicas} instances, "
        f"{comparison.rate:g} requests/s, artifact {comparison.artifact[:19]}; "
        f"{escape(comparison.machine)}, {comparison.measured}",
        soft_wrap=True,
    )
    console.print(table)
    for each in comparison.strategies:
        _remark(each.figures, console)


def render_textbook(console: Console) -> None:
    """Print what the textbooks say of each strategy."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("strategy", "downtime", "best for", "risk", "rollback", "speed"):
        table.add_column(name, no_wrap=name == "strategy")
    for strategy, row in TEXTBOOK.items():
        table.add_row(strategy, row.downtime, row.best_for, row.risk, row.rollback, row.speed)
    console.print(table)


def render_recommendation(found: Recommendation, console: Console) -> None:
    """Print which strategy to take, and why none of the others."""
    source = "measured on this service" if found.measured else "from plans and textbooks"
    name = f"take [bold]{found.strategy}[/]" if found.strategy else "[red]none fits[/]"
    console.print(f"{name} ({source}): {escape(found.why)}", soft_wrap=True, highlight=False)
    for each in found.others:
        console.print(
            f"  not {each.strategy}: {escape(each.said)}", soft_wrap=True, highlight=False
        )


def _measured(row: StrategyFigures) -> list[Text]:
    lost_then = "-" if row.rollback_lost_requests is None else str(row.rollback_lost_requests)
    cells = [
        Text(row.strategy, style="bold"),
        Text(str(row.requests)),
        Text(str(row.lost_requests), style="red" if row.lost_requests else ""),
        Text(str(row.error_requests), style="red" if row.error_requests else ""),
        Text(f"{row.downtime_ms:.0f} ms"),
        Text(str(row.mixed_requests)),
        Text(str(row.peak_instances)),
        Text(f"{row.deploy_s:.2f} s"),
        Text(f"{row.critical_path_s:.2f} s"),
        Text("-" if row.cutover_ms is None else f"{row.cutover_ms:.0f} ms"),
        Text("-" if row.rollback_s is None else f"{row.rollback_s:.2f} s"),
        Text(lost_then, style="red" if row.rollback_lost_requests else ""),
    ]
    return [*cells, _state(row)]


def _state(row: StrategyFigures) -> Text:
    if row.failure:
        return Text(row.status, style="red")
    return Text("not to be trusted", style="yellow") if row.problems else Text("")


def _claimed(strategy: str) -> list[str]:
    row = TEXTBOOK[strategy]
    downtime = "yes" if row.downtime.startswith("yes") else _short(row.downtime)
    blank = ""
    return [
        *("  textbook", blank, blank, blank, downtime, blank, blank),
        *(_short(row.speed), blank, blank, _short(row.rollback), blank, _short(row.risk)),
    ]


def _short(claim: str) -> str:
    """Return the first words of a claim, up to its reason."""
    return re.split(r"[:,]| with | before ", claim, maxsplit=1)[0]


def _remark(row: StrategyFigures, console: Console) -> None:
    for style, text in (("red", row.failure), ("yellow", "; ".join(row.problems))):
        if text:
            console.print(
                f"[{style}]{row.strategy}[/]: {escape(text)}", soft_wrap=True, highlight=False
            )
    if row.note:
        console.print(f"{row.strategy}: {escape(row.note)}", soft_wrap=True, highlight=False)
