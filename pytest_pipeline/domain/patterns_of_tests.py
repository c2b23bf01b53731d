"""Patterns that people write to name tests, and texts about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

#: What may follow the name of a folder, a file, a class or a test in the ids of what it holds.
_INSIDE = r"(?:(?:/|::|\[).*)?"


def names_test(pattern: str, nodeid: str) -> bool:
    """Return whether a pattern names a test (see `naming`)."""
    return naming(pattern)(nodeid)


def naming(*patterns: str) -> Callable[[str], bool]:
    """Return what tells the ids of tests that one of the patterns names; quick for many tests.

    Args:
        patterns: Each a node id, or the beginning of one up to a folder, file, class or test,
            which then names all in it; or either with ``*`` and ``?``.
    """
    if not patterns:
        return lambda _: False
    parts = (_expression(pattern.rstrip("/"), _INSIDE).pattern for pattern in patterns)
    whole = re.compile("|".join(f"(?:{part})" for part in parts), re.DOTALL).fullmatch
    return lambda nodeid: whole(nodeid) is not None


def matches_any(patterns: tuple[str, ...], text: str) -> bool:
    """Return whether one of the patterns is the whole text, but for ``*`` and ``?``."""
    return any(_expression(pattern, "").fullmatch(text) for pattern in patterns)


@lru_cache(maxsize=1024)
def _expression(pattern: str, then: str) -> re.Pattern[str]:
    """Return a pattern as an expression; ``*`` is any text and ``?`` one character.

    Brackets mean themselves: ids of parametrised tests have them.
    """
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern)
    return re.compile(f"{''.join(parts)}{then}", re.DOTALL)
