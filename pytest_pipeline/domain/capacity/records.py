"""A report on capacity as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pytest_pipeline.domain.capacity.capacities import Capacity, CapacityReport
from pytest_pipeline.domain.capacity.load_objectives import in_words

_DIGITS = 3


def capacity_record(report: CapacityReport) -> dict[str, Any]:
    """Return a report as JSON values, with every probe in the order in which it was made."""
    return {
        "service": report.service,
        "environment": report.environment,
        "artifact": report.artifact,
        "release": report.release,
        "locustfile": report.locustfile,
        "user_classes": list(report.user_classes),
        "duration_s": report.duration_s,
        "objectives": [in_words(each) for each in report.objectives],
        "left_out": list(report.left_out),
        "measured": report.measured,
        "machine": report.machine,
        "processors": report.processors,
        "note": report.note,
        "stopped": report.stopped,
        "capacities": [_of_one(each) for each in report.capacities],
    }


def _of_one(capacity: Capacity) -> dict[str, Any]:
    finding = capacity.finding
    return {
        "instances": capacity.instances,
        "said": capacity.said,
        "capacity": finding.capacity if finding else None,
        "rate": capacity.rate,
        "ceiling": finding.ceiling if finding else None,
        "ending": str(finding.ending) if finding else "",
        "confirmed": finding.confirmed if finding else False,
        "held_above": list(finding.held_above) if finding else [],
        "limit": str(capacity.limit),
        **{name: _short(capacity.at_it(name)) for name in ("p50_ms", "p95_ms", "p99_ms")},
        "remarks": list(capacity.remarks),
        "failure": capacity.failure,
        "probes": [_rounded(asdict(each)) for each in capacity.probes],
    }


def _rounded(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _short(value) for name, value in values.items()}


def _short(value: object) -> object:
    return round(value, _DIGITS) if isinstance(value, float) else value
