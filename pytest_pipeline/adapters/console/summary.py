"""The screen at the end of an execution: what was decided, why, and where the time went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pytest_pipeline.domain.deciding import decided_by_entry
from pytest_pipeline.domain.naming_some import first_of
from pytest_pipeline.domain.vouching import Voucher

_COLOURS = {
    "PASS": "green",
    "WARN": "yellow",
    "INCONCLUSIVE": "magenta",
    "FAIL": "red",
    "ERROR": "red",
    "Succeeded": "green",
    "Failed": "red",
    "Stopped": "yellow",
}

_ACTIVITIES = ("build", "tests", "load", "deploy", "orchestration")


def render_summary(summary: Mapping[str, Any], console: Console) -> None:
    """Print an execution's summary.

    Args:
        summary: The content of the summary file.
        console: Where to print.
    """
    if summary["stages"]:
        console.print(_stages(summary["stages"]))
    if summary["deployments"]:
        console.print(_deployments(summary["deployments"], is_roomy=console.width >= _ROOMY))
    for each in summary.get("rehearsals", ()):
        console.print(_rehearsal(each), soft_wrap=True)
    remarks = [f"note: {escape(each)}" for each in summary.get("remarks", ())]
    for line in (*remarks, *_outcome(summary), *_vouched(summary), _time(summary["time_s"])):
        console.print(line, soft_wrap=True)


def _stages(stages: list[Mapping[str, Any]]) -> Table:
    table = _table("stage", "tests", "gate", "decided by", "time")
    for stage in stages:
        table.add_row(
            stage["name"],
            _counts(stage["tests"]),
            _coloured(stage["verdict"]),
            Text("\n".join(_reasons(stage))),
            _seconds(stage["duration_s"]),
        )
    return table


def _counts(tests: Mapping[str, int]) -> str:
    named = [f"{tests[name]} {name}" for name in ("passed", "failed", "errors", "skipped")]
    told = [each for each in named if not each.startswith("0 ")]
    return ", ".join(told) or "none"


def _reasons(stage: Mapping[str, Any]) -> list[str]:
    """Name what decided, and that a run was narrowed."""
    reasons = list(first_of(decided_by_entry(stage), _REASONS))
    if stage["narrowed"]:
        reasons.append(f"narrowed ({', '.join(stage['narrowed'])}): no evidence written")
    return reasons


#: How much of what decided is shown of a stage; lines.
_REASONS = 3
#: Below this width, columns, the table of deployments shows what matters most.
_ROOMY = 118


def _deployments(deployments: list[Mapping[str, Any]], *, is_roomy: bool) -> Table:
    columns: dict[str, Callable[[Mapping[str, Any]], str | Text]] = {
        "environment": lambda each: str(each["environment"]),
        "strategy": lambda each: str(each["strategy"]),
        "release": lambda each: f"{each['stable'] or 'none'} > {each['candidate']}",
        "status": _status,
        "requests": lambda each: str(each["requests"]),
        "lost": lambda each: _alarming(each["lost_requests"]),
        "errors": lambda each: _alarming(each["error_requests"]),
        "longest gap": lambda each: _milliseconds(each["longest_gap_ms"]),
        "cut-over": lambda each: _milliseconds(each["cutover_ms"]),
        "detected": lambda each: _milliseconds(each["detection_ms"]),
        "rollback": lambda each: _milliseconds(each["rollback_ms"]),
        "time": lambda each: _seconds(each["duration_s"]),
    }
    if not is_roomy:
        for name in ("strategy", "requests", "cut-over", "detected"):
            del columns[name]
    table = _table(*columns)
    for each in deployments:
        table.add_row(*(cell(each) for cell in columns.values()))
    return table


def _rehearsal(rehearsal: Mapping[str, Any]) -> Text:
    told = ", ".join(f"{each['measure']} {each['reason']}" for each in rehearsal["objectives"])
    text = Text(f"rehearsal in {rehearsal['environment']} of {rehearsal['candidate']}: ")
    return text.append_text(_coloured(rehearsal["verdict"])).append(f": {told}")


def _status(deployment: Mapping[str, Any]) -> Text:
    wants = deployment["phase"] in ("frozen", "rollback failed")
    more = f", {deployment['phase']}" if wants else ""
    return Text(f"{deployment['status']}{more}", style=_COLOURS.get(deployment["status"], ""))


def _outcome(summary: Mapping[str, Any]) -> list[str]:
    lines = []
    last = summary["deployments"][-1] if summary["deployments"] else {}
    released, failures = summary["released"], [str(each) for each in summary["failures"]]
    if released:
        lines.append(
            f"[green]released[/] {released['release']} to {released['environment']} "
            f"({released['artifact'][:19]})"
        )
    elif failures:
        lines.append(f"{_title(summary, last)}: {escape(failures.pop(0))}")
    elif last.get("phase") == "rolled back":
        lines.append(
            f"[green]taken back[/] {last['candidate']} from {last['environment']}, "
            f"now serving: {last['serving']}"
        )
    lines += [f"  [red]also[/]: {escape(each)}" for each in failures]
    lines += [f"{name} serves at {url}" for name, url in summary["kept"].items()]
    return lines


def _vouched(summary: Mapping[str, Any]) -> list[str]:
    """Say who vouches for what is left; executions of earlier versions do not."""
    evidence = summary.get("evidence")
    if evidence is None:
        return []
    voucher = Voucher(evidence["signer"], evidence["keyid"])
    return [
        f"evidence: {escape(str(voucher))}" if voucher.signed else "evidence: [yellow]unsigned[/]"
    ]


def _title(summary: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    """Return what the first failure is a failure of."""
    if (last.get("status"), last.get("phase")) == ("Stopped", "rolled back"):
        return "[yellow]stopped[/]"
    if last.get("status") == "Succeeded" and last.get("invalid"):
        return "[magenta]not measured[/]"
    if summary.get("kind") == "join":
        return "[red]not joined[/]"
    done = last.get("status") == "Succeeded" and not summary["stages"]
    return "[red]failed[/]" if done else "[red]not released[/]"


def _time(time_s: Mapping[str, float]) -> str:
    parts = " + ".join(f"{name} {time_s[name]:.1f}" for name in _ACTIVITIES)
    return f"wall {time_s['wall']:.1f} s = {parts}"


#: Columns of figures.
_RIGHT = ("requests", "lost", "errors", "longest gap", "cut-over", "detected", "rollback", "time")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(
            column,
            justify="right" if column in _RIGHT else "left",
            overflow="fold",
            no_wrap=column != "decided by",
        )
    return table


def _coloured(word: str) -> Text:
    return Text(word, style=_COLOURS.get(word, ""))


def _alarming(count: int) -> Text:
    return Text(str(count), style="red" if count else "")


def _milliseconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"


def _seconds(value: float) -> str:
    return f"{value:.1f} s"
