"""Figures for people: a number and its unit are never torn apart."""

from __future__ import annotations

_SECOND_MS = 1000.0
_SHOWN_EXACTLY_MS = 10.0
_SHOWN_EXACTLY_S = 0.01

#: What stands where nothing was measured.
NOTHING = "–"  # noqa: RUF001 - a dash is what tables have there


def milliseconds(value_ms: float | None) -> str:
    """Return a time: ``3.2 ms``, ``48 ms``, ``1.35 s``."""
    if value_ms is None:
        return NOTHING
    if value_ms >= _SECOND_MS:
        return f"{value_ms / _SECOND_MS:.2f}\N{NO-BREAK SPACE}s"
    if 0 < value_ms < _SHOWN_EXACTLY_MS:
        return f"{value_ms:.1f}\N{NO-BREAK SPACE}ms"
    return f"{value_ms:.0f}\N{NO-BREAK SPACE}ms"


def seconds(value_s: float | None) -> str:
    """Return a time: ``0.003 s``, ``0.04 s``, ``12.3 s``."""
    if value_s is None:
        return NOTHING
    digits = 1
    if value_s < 1:
        digits = 3 if 0 < value_s < _SHOWN_EXACTLY_S else 2
    return f"{value_s:.{digits}f}\N{NO-BREAK SPACE}s"


def count(value: int | None) -> str:
    """Return a count with its thousands apart."""
    return NOTHING if value is None else f"{value:,}"


def short_digest(digest: str) -> str:
    """Return the beginning of a digest, enough to recognise it."""
    name, colon, value = digest.partition(":")
    return f"{name}:{value[:12]}" if colon else digest[:19]


def listed(names: list[str]) -> str:
    """Return names as a list in a sentence."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
