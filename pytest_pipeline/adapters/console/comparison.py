"""A comparison of strategies as one screen: what was measured, and below it what textbooks say."""

from __future__ import annotations

import re

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pytest_pipeline.domain.comparisons import Comparison, StrategyFigures
from pytest_pipeline.domain.deployments import DeploymentStatus
from pytest_pipeline.domain.recommendation import Recommendation
from pytest_pipeline.domain.textbook import TEXTBOOK

_COLUMNS = (
    *("strategy", "requests", "lost", "errors", "downtime", "mixed", "mixed for", "peak"),
    *("deploy", "critical", "cut-over", "way back", "lost then", "risk", ""),
)


def render_comparison(comparison: Comparison, console: Console) -> None:
    """Print a comparison."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        right = name not in ("strategy", "")
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
    for finding, names in _findings(comparison).items():
        console.print(f"{', '.join(names)}: {escape(finding)}", soft_wrap=True, highlight=False)
    if comparison.stopped:
        console.print(f"[red]{escape(comparison.stopped)}[/]", soft_wrap=True, highlight=False)


def _findings(comparison: Comparison) -> dict[str, list[str]]:
    """Return what does not add up, each with the strategies of which that is said."""
    found: dict[str, list[str]] = {}
    for row in (each.figures for each in comparison.strategies):
        for text in row.reconciliation:
            found.setdefault(text, []).append(row.strategy)
        if row.retried_requests:
            text = f"{row.retried_requests} requests were tried again by the router"
            found.setdefault(text, []).append(row.strategy)
    return found


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
    cells = [
        Text(row.strategy, style="bold"),
        Text(_said(row.requests)),
        Text(_said(row.lost_requests), style="red" if row.lost_requests else ""),
        Text(_said(row.error_requests), style="red" if row.error_requests else ""),
        Text(_said(row.downtime_ms, ".0f", " ms")),
        Text(_said(row.mixed_requests)),
        Text(_said(row.mixed_ms, ".0f", " ms")),
        Text(_said(row.peak_instances)),
        Text(_said(row.deploy_s, ".2f", " s")),
        Text(_said(row.critical_path_s, ".2f", " s")),
        Text(_said(row.cutover_ms, ".0f", " ms")),
        Text(_said(row.rollback_s, ".2f", " s")),
        Text(_said(row.rollback_lost_requests), style="red" if row.rollback_lost_requests else ""),
        Text(_said(row.risk, ".0%")),
    ]
    return [*cells, _state(row)]


def _said(value: float | None, form: str = "", unit: str = "") -> str:
    return "-" if value is None else f"{value:{form}}{unit}"


def _state(row: StrategyFigures) -> Text:
    if row.failure:
        status = row.status if row.status != DeploymentStatus.SUCCEEDED else "way back failed"
        return Text(status, style="red")
    if row.problems:
        return Text("not to be trusted", style="yellow")
    bad = ((row.lost_requests, "lost"), (row.error_requests, "errors"))
    return Text(", ".join(f"{count} {what}" for count, what in bad if count), style="red")


def _claimed(strategy: str) -> list[str]:
    row = TEXTBOOK[strategy]
    downtime = "yes" if row.downtime.startswith("yes") else _short(row.downtime)
    blank = ""
    return [
        *("  textbook", blank, blank, blank, downtime, blank, blank, blank),
        *(_short(row.speed), blank, blank, _short(row.rollback), blank, blank, _short(row.risk)),
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
