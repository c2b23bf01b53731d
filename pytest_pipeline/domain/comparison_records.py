"""A comparison as JSON values, and the figures of one that was written down."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from pytest_pipeline.domain.comparisons import Comparison, StrategyFigures
from pytest_pipeline.domain.deployments import DeploymentStatus
from pytest_pipeline.domain.strategies import STRATEGIES
from pytest_pipeline.domain.textbook import TEXTBOOK
from pytest_pipeline.errors import ConfigError

_DIGITS = {"_ms": 1, "_s": 3}
_RISK_DIGITS = 4


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON values; courses are not in it."""
    return {
        "service": comparison.service,
        "artifact": comparison.artifact,
        "replicas": comparison.replicas,
        "rate": comparison.rate,
        "measured": comparison.measured,
        "machine": comparison.machine,
        "stopped": comparison.stopped,
        "strategies": [figures_record(each.figures) for each in comparison.strategies],
    }


def figures_record(figures: StrategyFigures) -> dict[str, Any]:
    """Return a row as JSON values, with its risk, and what the textbooks say of that."""
    values = {
        each.name: _written(each.name, getattr(figures, each.name)) for each in fields(figures)
    }
    claims = TEXTBOOK.get(figures.strategy)
    risk = None if figures.risk is None else round(figures.risk, _RISK_DIGITS)
    return {**values, "risk": risk, "textbook_risk": claims.risk if claims else ""}


def read_figures(record: object, *, of: str) -> tuple[StrategyFigures, ...]:
    """Return the rows of a comparison that was written as JSON.

    Args:
        record: What was written.
        of: Where, for people.

    Raises:
        ConfigError: If it is no comparison, or one of nothing.
    """
    rows = record.get("strategies") if isinstance(record, Mapping) else None
    if not isinstance(rows, list) or not rows:
        raise _refused(of, "it names no strategies")
    return tuple(_figures(each, f"strategies[{at}]", of) for at, each in enumerate(rows))


def _figures(row: object, key: str, of: str) -> StrategyFigures:
    if not isinstance(row, Mapping):
        raise _refused(of, f"{key} must be a table, got {row!r}")
    known = {each.name: each for each in fields(StrategyFigures)}
    for name, each in known.items():
        if name not in row:
            if each.default is MISSING:
                raise _refused(of, f"{key}.{name} is missing")
            continue
        wanted = _wanted(name, str(each.type), row[name])
        if wanted:
            raise _refused(of, f"{key}.{name} must be {wanted}, got {row[name]!r}")
    values = {name: value for name, value in row.items() if name in known}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return StrategyFigures(**{**values, **lists})


def _wanted(name: str, kind: str, value: object) -> str:
    """Return what a value must be; empty when it is."""
    if value is None and kind.endswith("| None"):
        return ""
    if name == "status":
        return "" if value in list(DeploymentStatus) else f"one of {', '.join(DeploymentStatus)}"
    if name == "strategy":
        return "" if value in list(STRATEGIES) else f"one of {', '.join(STRATEGIES)}"
    said, fits = _KINDS[kind.removesuffix(" | None")]
    return "" if fits(value) else said


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _is_count(value: object) -> bool:
    return isinstance(value, int) and _is_number(value)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


#: Of each type of a figure: what is wanted, for people, and whether a value is that.
_KINDS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "int": ("a count >= 0", _is_count),
    "float": ("a number >= 0", _is_number),
    "str": ("a text", lambda value: isinstance(value, str)),
    "tuple[str, ...]": ("a list of texts", _are_texts),
}


def _refused(of: str, why: str) -> ConfigError:
    return ConfigError(
        f"{of} holds no comparison ({why}): wanted what pytest-pipeline strategies compare "
        "--format json writes"
    )


def _written(name: str, value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    digits = next((n for end, n in _DIGITS.items() if name.endswith(end)), None)
    return round(value, digits) if isinstance(value, float) and digits is not None else value
