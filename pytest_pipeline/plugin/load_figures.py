"""From the load results of a stage's tests to the ``load.…`` measures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.load_ledger import sent_from_record
from pytest_pipeline.domain.load_series import LOAD_FIGURES
from pytest_pipeline.domain.load_shapes import shape_from_record
from pytest_pipeline.domain.side_by_side.runs import sides_from_record

#: Test that asked for the load, and the result's fields.
NamedLoad = tuple[str, Mapping[str, Any]]

#: Measure to how several load tests make one figure.
_COMBINED: Mapping[str, Callable[[Iterable[float]], float]] = MappingProxyType(
    {
        "load.requests": sum,
        "load.failures": sum,
        "load.error_ratio": max,
        "load.requests_per_s": min,
        "load.p50_ms": max,
        "load.p95_ms": max,
        "load.p99_ms": max,
        "load.max_ms": max,
    }
)


def load_measurements(loads: Sequence[NamedLoad]) -> dict[str, float]:
    """Return the measures of all load tests; a figure that one of them lacks is not measured."""
    found = {}
    for measure, combine in _COMBINED.items():
        values = [_figure(load, LOAD_FIGURES[measure]) for _, load in loads]
        known = [value for value in values if value is not None]
        if known and len(known) == len(values):
            found[measure] = float(combine(known))
    return found


def load_problems(loads: Sequence[NamedLoad]) -> tuple[str, ...]:
    """Return why load results cannot be trusted."""
    return tuple(
        f"{nodeid}: the load result is invalid: {problem}"
        for nodeid, load in loads
        for problem in load["problems"]
    )


def load_from_record(load: Mapping[str, Any]) -> LoadResult:
    """Read a load result that came with a report."""
    known = {
        **load,
        "problems": tuple(load["problems"]),
        "shape": shape_from_record(load.get("shape")),
        "sides": sides_from_record(load.get("sides")),
        "sent": sent_from_record(load.get("sent")),
        "remarks": tuple(load.get("remarks", ())),
    }
    return LoadResult(**known)


def _figure(load: Mapping[str, Any], field: str) -> float | None:
    if field == "error_ratio":
        return load["failures"] / load["requests"] if load["requests"] else None
    value: float | None = load[field]
    return value
