"""What pydantic found, said as "got …, wanted …"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pytest_pipeline.config.lines import KeyPath
from pytest_pipeline.config.problems import Problem
from pytest_pipeline.config.shapes import alternatives, bare, follow, keys_of, kind_of
from pytest_pipeline.config.suggestions import did_you_mean

_LONGEST_SHOWN = 60
_QUOTED = re.compile(r"'([^']*)'")

_WANTED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "string_type": lambda _: "a string",
    "int_type": lambda _: "a whole number",
    "float_type": lambda _: "a number",
    "bool_type": lambda _: "true or false",
    "tuple_type": lambda _: "an array: […]",
    "dict_type": lambda _: "a table",
    "model_type": lambda _: "a table",
    "model_attributes_type": lambda _: "a table",
    "finite_number": lambda _: "a finite number",
    "greater_than": lambda limits: f"a number > {limits['gt']:g}",
    "greater_than_equal": lambda limits: f"a number >= {limits['ge']:g}",
    "less_than_equal": lambda limits: f"a number <= {limits['le']:g}",
    "date_type": lambda _: "a date such as 2026-12-31, without quotes",
    "literal_error": lambda limits: str(limits["expected"]),
    "string_too_short": lambda _: "a string that is not empty",
}


def problems_of(
    error: ValidationError, table: type[BaseModel], *, at: KeyPath = ()
) -> list[Problem]:
    """Return every problem that pydantic found in a table.

    Args:
        error: What it raised.
        table: The model that was validated.
        at: Where the table is in our section.
    """
    return [
        _problem(each, table, at) for each in error.errors(include_url=False, include_context=True)
    ]


def _problem(found: ErrorDetails, table: type[BaseModel], at: KeyPath) -> Problem:
    path, shape = follow(table, found["loc"])
    context = found.get("ctx", {})
    match found["type"]:
        case "refused":
            text = found["msg"]
        case "extra_forbidden":
            _, parent = follow(table, found["loc"][:-1])
            text = _unknown_key(str(path[-1]), keys_of(parent))
        case "missing":
            text = "got nothing, wanted this key, which is required"
        case "union_tag_not_found":
            path = (*path, "kind")
            text = f"got nothing, wanted {_kinds(shape)}"
        case "union_tag_invalid":
            path = (*path, "kind")
            kind = str(context["tag"])
            text = f"got {kind!r}, wanted {_kinds(shape)}{did_you_mean(kind, _kind_names(shape))}"
        case known if known in _WANTED:
            text = _mismatch(found["input"], _WANTED[known](context), path)
        case _:
            text = found["msg"]
    return Problem((*at, *path), text)


def _unknown_key(key: str, known: Mapping[str, object]) -> str:
    if not known:
        return "got an unknown key, wanted none"
    return f"got an unknown key, wanted one of {', '.join(known)}{did_you_mean(key, known)}"


def _mismatch(value: object, wanted: str, path: KeyPath) -> str:
    near = did_you_mean(value, _QUOTED.findall(wanted)) if isinstance(value, str) else ""
    # Variables and header fields may hold secrets, and errors end up in logs.
    is_secret = "variables" in path or "headers" in path
    got = _kind_of_value(value) if is_secret else _shown(value)
    return f"got {got}, wanted {wanted}{near}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        text = repr(value)
        return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return "nothing" if value in ([], {}, ()) else _kind_of_value(value)


def _kind_of_value(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list() | tuple():
            return "an array"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def _kind_names(shape: object) -> list[str]:
    return [kind_of(each) or "" for each in alternatives(bare(shape))]


def _kinds(shape: object) -> str:
    return " or ".join(repr(name) for name in _kind_names(shape))
