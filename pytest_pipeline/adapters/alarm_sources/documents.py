"""Reads a number or a truth from a JSON document."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from pytest_pipeline.adapters.alarm_sources.fetching import Fetch, fetch
from pytest_pipeline.adapters.alarm_sources.secrets import headers_from
from pytest_pipeline.domain.alarms.sources import HttpSource
from pytest_pipeline.domain.templates import expand
from pytest_pipeline.engine.alarm_sources import Answer, Question
from pytest_pipeline.engine.ports import Clock

_OK = range(200, 300)


def ask_document(
    source: HttpSource, question: Question, clock: Clock, environ: Mapping[str, str]
) -> Answer:
    """Get the document and read what the pointer leads to.

    Raises:
        AlarmError: If nothing came.
    """
    headers = headers_from(source.header_variables, environ)
    url = expand(source.url, question.values)
    fetched = fetch(Fetch(url, question.timeout_s, headers), clock)
    if fetched.status not in _OK:
        return Answer(reason=f"it answered {fetched.status}")
    try:
        document = json.loads(fetched.body)
    except (ValueError, RecursionError):
        return Answer(reason=f"it answered {fetched.status} with what is no JSON")
    try:
        found = resolve(document, source.pointer)
    except LookupError:
        return Answer(reason=f"its answer has nothing at {source.pointer!r}")
    return number_of(found, f"at {source.pointer!r}")


def resolve(document: object, pointer: str) -> object:
    """Return what a JSON pointer leads to.

    Args:
        document: The document.
        pointer: The pointer (RFC 6901): empty, or parts that begin with ``/`` each.

    Raises:
        LookupError: If it leads nowhere.
    """
    found = document
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found[key]
        elif isinstance(found, list) and _is_index(key):
            found = found[int(key)]
        else:
            raise LookupError(key)
    return found


def number_of(found: object, where: str) -> Answer:
    """Return the answer that a JSON value is: a finite number, or a truth."""
    if isinstance(found, bool):
        return Answer(float(found))
    if isinstance(found, int | float):
        try:
            value = float(found)
        except OverflowError:
            value = math.inf
        if math.isfinite(value):
            return Answer(value)
    kind = type(found).__name__
    return Answer(reason=f"its answer has {kind} {where}, wanted a finite number, true or false")


def _is_index(key: str) -> bool:
    return key.isascii() and key.isdigit() and (key == "0" or not key.startswith("0"))
