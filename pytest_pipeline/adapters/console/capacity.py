"""The capacity of a service as one screen: a row for each number of instances."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pytest_pipeline.domain.capacity import Capacity, CapacityReport
from pytest_pipeline.domain.capacity.load_objectives import in_words

_COLUMNS = (*("instances", "capacity 1/s", "p50", "p95", "p99", "probes", "limit", "first miss"),)
_TEXTS = ("limit", "first miss")


def render_capacity(report: CapacityReport, console: Console) -> None:
    """Print a report on capacity."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        justify = "left" if name in _TEXTS else "right"
        table.add_column(name, justify=justify, no_wrap=name not in _TEXTS)  # type: ignore[arg-type]
    for each in report.capacities:
        table.add_row(*_row(each))
    what = report.release or "the working tree"
    console.print(
        f"{escape(report.service)} in {escape(report.environment)}, {escape(what)}, artifact "
        f"{report.artifact[:19]}; {escape(report.machine)}, {report.measured}",
        soft_wrap=True,
    )
    _say(f"load: {report.load}", console)
    _say(f"objectives: {'; '.join(map(in_words, report.objectives))}", console)
    for text in report.left_out:
        _say(f"left out: {text}", console)
    console.print(table)
    for each in report.capacities:
        for text in each.remarks:
            _say(f"{each.instances}: {text}", console)
    if report.note:
        _say(report.note, console)
    if report.stopped:
        console.print(f"[red]{escape(report.stopped)}[/]", soft_wrap=True, highlight=False)


def _row(capacity: Capacity) -> tuple[str, ...]:
    missed = capacity.first_miss
    return (
        str(capacity.instances),
        capacity.said,
        *(_time(capacity.at_it(name)) for name in ("p50_ms", "p95_ms", "p99_ms")),
        str(len(capacity.probes)),
        str(capacity.limit) or "-",
        escape(f"at {missed.rate:g}/s: {'; '.join(missed.missed)}") if missed else "-",
    )


def _time(value_ms: float | None) -> str:
    return "-" if value_ms is None else f"{value_ms:.0f} ms"


def _say(text: str, console: Console) -> None:
    console.print(escape(text), soft_wrap=True, highlight=False)
