"""A comparison as JSON values, and the figures of one that was written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pytest_pipeline.domain.comparisons import Comparison, StrategyFigures
from pytest_pipeline.domain.textbook import TEXTBOOK
from pytest_pipeline.errors import ConfigError

_DIGITS = {"_ms": 1, "_s": 3}


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON values; courses are not in it."""
    return {
        "service": comparison.service,
        "artifact": comparison.artifact,
        "replicas": comparison.replicas,
        "rate": comparison.rate,
        "measured": comparison.measured,
        "machine": comparison.machine,
        "strategies": [figures_record(each.figures) for each in comparison.strategies],
    }


def figures_record(figures: StrategyFigures) -> dict[str, Any]:
    """Return a row as JSON values, with what the textbooks say of the risk."""
    values = {
        each.name: _written(each.name, getattr(figures, each.name)) for each in fields(figures)
    }
    claims = TEXTBOOK.get(figures.strategy)
    return {**values, "risk": claims.risk if claims else ""}


def read_figures(record: object, *, of: str) -> tuple[StrategyFigures, ...]:
    """Return the rows of a comparison that was written as JSON.

    Args:
        record: What was written.
        of: Where, for people.

    Raises:
        ConfigError: If it is no comparison.
    """
    try:
        return tuple(_figures(each) for each in record["strategies"])  # type: ignore[index]
    except (KeyError, TypeError) as error:
        raise ConfigError(
            f"{of} holds no comparison ({error!r}): wanted what pytest-pipeline strategies compare "
            "--format json writes"
        ) from error


def _figures(row: Mapping[str, Any]) -> StrategyFigures:
    known = {each.name for each in fields(StrategyFigures)}
    values = {name: value for name, value in row.items() if name in known}
    return StrategyFigures(**{**values, "problems": tuple(values.get("problems", ()))})


def _written(name: str, value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    digits = next((n for end, n in _DIGITS.items() if name.endswith(end)), None)
    return round(value, digits) if isinstance(value, float) and digits is not None else value
