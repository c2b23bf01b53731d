"""The expressions in workflows, as far as generated workflows use them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_INSIDE = re.compile(r"\$\{\{(.*?)\}\}")
_STATUS = re.compile(r"\b(always|cancelled|failure|success)\(\)")


def filled(text: str, known: Mapping[str, Any]) -> str:
    """Return a text with the values of its expressions."""
    return _INSIDE.sub(lambda found: _text(evaluated(found[1], known)), text)


def holds(condition: str, known: Mapping[str, Any], *, success: bool) -> bool:
    """Return whether a condition of a job or a step holds.

    Args:
        condition: The condition; empty for none.
        known: The contexts.
        success: Whether all went well before it; wanted where the condition does not ask.
    """
    inside = _INSIDE.fullmatch(condition)
    asked = inside[1] if inside else condition
    if not _STATUS.search(asked):
        return success and (not asked or bool(evaluated(asked, known)))
    states = {"always()": True, "success()": success, "failure()": not success}
    return bool(evaluated(asked, {**known, **states, "cancelled()": False}))


def evaluated(expression: str, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 - values of JSON
    """Return the value of an expression without parentheses.

    Raises:
        KeyError: If it names a context that is not known.
    """
    text = expression.strip()
    for sign, together in (("||", any), ("&&", all)):
        if sign in text:
            return together(bool(evaluated(each, known)) for each in text.split(sign))
    for sign in ("==", "!="):
        left, found, right = text.partition(sign)
        if found:
            return (evaluated(left, known) == evaluated(right, known)) is (sign == "==")
    if text.startswith("!"):
        return not evaluated(text[1:], known)
    if text.startswith("'"):
        return text.strip("'")
    return known[text] if text.endswith("()") else _looked_up(text, known)


def _looked_up(path: str, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 - values of JSON
    context, *names = path.split(".")
    value = known[context]
    for name in names:
        value = value.get(name, "")  # what is not there is empty, as a missing secret is
    return value


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
