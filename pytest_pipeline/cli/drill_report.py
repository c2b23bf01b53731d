"""What a drill came to, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from pytest_pipeline.domain.drill_rows import DrillRow, judge
from pytest_pipeline.domain.drills import EXPECTATIONS, Fault
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.engine.drilling import Drill

_COLUMNS = (
    *("strategy", "fault", "outcome", "exit", "lost", "errors", "of", "noticed", "back"),
    *("serves", "left behind", "verdict"),
)


def expectations() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return columns and rows of the table of faults."""
    rows: list[tuple[str, ...]] = [
        (str(fault), each.what, str(each.moment), each.then) for fault, each in EXPECTATIONS.items()
    ]
    return ("fault", "what is done", "when", "what a good deployment does"), rows


def table(rows: Sequence[DrillRow]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return columns and rows of what a drill came to."""
    return _COLUMNS, [_cells(each) for each in rows]


def show_row(row: DrillRow) -> str:
    """Say in one line what a fault in a deployment came to."""
    if row.skipped:
        return f"{row.strategy}, {row.fault}: {row.skipped}"
    noticed = f", noticed after {_ms(row.detection_ms)}" if row.detection_ms is not None else ""
    return (
        f"{row.strategy}, {row.fault}: {row.ending}{noticed}, {row.lost_requests} lost and "
        f"{row.error_requests} errors of {row.requests}; {row.serving} serves"
    )


def report_of(drill: Drill, rows: Sequence[DrillRow], left: Sequence[str], code: ExitCode) -> str:
    """Return the report as JSON."""
    options = drill.options
    report = {
        "environment": drill.environment.name,
        "service": drill.built.service.name,
        "artifact": drill.built.artifact,
        "replicas": options.replicas,
        "rate": drill.environment.probe.rate,
        "longest_waits": asdict(options.waits),
        "rows": [_entry(each) for each in rows],
        "left_running": list(left),
        "exit_code": int(code),
    }
    return json.dumps(report, indent=2) + "\n"


def _entry(row: DrillRow) -> dict[str, object]:
    verdict = judge(row)
    figures = {
        name: round(value, 1) if isinstance(value, float) else value
        for name, value in asdict(row).items()
    }
    wanted = EXPECTATIONS[Fault(row.fault)].then
    return {
        **figures,
        "expected": wanted,
        "verdict": str(verdict.verdict),
        "reasons": list(verdict.reasons),
    }


def _cells(row: DrillRow) -> tuple[str, ...]:
    verdict = str(judge(row).verdict)
    if row.skipped:
        dashes = ("-",) * 8
        return (row.strategy, str(row.fault), str(row.ending), *dashes, verdict)
    return (
        row.strategy,
        str(row.fault),
        str(row.ending),
        str(row.exit_code),
        str(row.lost_requests),
        str(row.error_requests),
        str(row.requests),
        _ms(row.detection_ms),
        _ms(row.rollback_ms),
        row.serving,
        ", ".join(row.left_behind) or "nothing",
        verdict,
    )


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"
