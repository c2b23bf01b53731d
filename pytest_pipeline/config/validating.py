"""Validation that goes on after the first problem, and after the first that pydantic stops at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from pytest_pipeline.config.checking import cross_problems
from pytest_pipeline.config.declared import Declared
from pytest_pipeline.config.lines import KeyPath
from pytest_pipeline.config.models.configuration import Configuration
from pytest_pipeline.config.problems import Problem
from pytest_pipeline.config.wording import problems_of

#: Sections whose tables may lose a key and still be tables: how many parts their path has.
_LOOSE = {"run": 1, "stages": 2, "environments": 2}
#: Keys by which parts of a configuration are compared with each other.
_COMPARED = frozenset(
    (
        "command",
        "migrate",
        "variables",
        "layers",
        "environment",
        "strategy",
        "options",
        "replicas",
        "resources",
        "required_tests",
        "skip_reasons",
    )
)


def validated(
    data: Mapping[str, Any], declared: Declared
) -> tuple[Configuration | None, list[Problem]]:
    """Validate a configuration as far as can be.

    Args:
        data: What the file holds.
        declared: The names that it declares.

    Returns:
        The configuration without what is wrong by itself (None when nothing could be made of it),
        and every problem: those of single tables, and those between the parts that are left.
    """
    configuration, problems = _attempt(data, declared)
    if configuration is None:
        configuration, _ = _attempt(_without(data, problems), declared)
    if configuration is not None:
        problems += cross_problems(configuration, declared)
    return configuration, problems


def _attempt(
    data: Mapping[str, Any], declared: Declared
) -> tuple[Configuration | None, list[Problem]]:
    try:
        return Configuration.model_validate(data, context=declared), []
    except ValidationError as error:
        return None, problems_of(error, Configuration)


def _without(data: Mapping[str, Any], problems: Iterable[Problem]) -> Mapping[str, Any]:
    """Return the data without every part that has a problem."""
    kept: Mapping[str, Any] = data
    for part in {_part(problem.path) for problem in problems}:
        kept = _cut(kept, part)
    return kept


def _part(path: KeyPath) -> KeyPath:
    """Return what to leave out for a problem: a key where nothing compares it, else its table."""
    section = str(path[0])
    depth = _LOOSE.get(section, 2 if section == "resources" else 1)
    loses_a_key = section in _LOOSE and len(path) > depth and path[depth] not in _COMPARED
    return path[: depth + 1] if loses_a_key else path[:depth]


def _cut(table: Mapping[str, Any], path: KeyPath) -> Mapping[str, Any]:
    key, *rest = path
    if not rest:
        return {name: value for name, value in table.items() if name != key}
    inner = table.get(str(key))
    return {**table, str(key): _cut(inner, tuple(rest))} if isinstance(inner, dict) else table
