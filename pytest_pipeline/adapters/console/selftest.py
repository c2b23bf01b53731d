"""The table of a self-test of gates."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pytest_pipeline.domain.selftests import Blocked, SelfTest, SelfTestRow

_STYLES = {
    Blocked.YES: "green",
    Blocked.NO: "bold red",
    Blocked.NOT_SHOWN: "yellow",
    Blocked.NOT_APPLICABLE: "dim",
}
_REASON_CHARACTERS = 70


def render_selftest(found: SelfTest, console: Console) -> None:
    """Print each injection, what got through, and the number."""
    if found.rows:
        columns = ("stage", "injection", "exit", "verdict", "reason", "blocked", "s")
        table = Table(*columns, box=None, pad_edge=False, header_style="bold")
        for row in found.rows:
            table.add_row(*_cells(row))
        console.print(table)
    for stage, reason in found.not_green:
        console.print(Text(f"{stage}: {reason}", "yellow"), soft_wrap=True)
    for row in found.rows:
        if row.blocked is Blocked.NOT_SHOWN:
            text = f"not shown: {row.stage}: {row.injection}: {row.reason}"
            console.print(Text(text, "yellow"), soft_wrap=True)
    for row in found.through:
        console.print(Text(_loud(row), "bold red"), soft_wrap=True)
    console.print(Text(str(found), "bold"), soft_wrap=True)


def _cells(row: SelfTestRow) -> tuple[Text | str, ...]:
    reason = row.reason
    if len(reason) > _REASON_CHARACTERS:
        reason = f"{reason[:_REASON_CHARACTERS]}…"
    end = row.end
    code, verdict, took = "-", "-", "-"
    if end is not None:
        code = "timed out" if end.exit_code is None else str(end.exit_code)
        verdict, took = str(end.verdict or "none"), f"{end.duration_s:.1f}"
    blocked = Text(str(row.blocked), _STYLES[row.blocked])
    return row.stage, str(row.injection), code, verdict, Text(reason), blocked, took


def _loud(row: SelfTestRow) -> str:
    end = row.end
    told = "" if end is None else f" (exit {end.exit_code}, {end.verdict or 'no verdict'})"
    evidence = " and left evidence that promotes" if end is not None and end.promotes else ""
    return f"NOT BLOCKED: {row.injection} got through the gate of stage {row.stage}{told}{evidence}"
