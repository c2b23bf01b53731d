"""Names the first of many, and says how many more there are."""

from __future__ import annotations

from collections.abc import Sequence


def some_of(names: Sequence[str], most: int = 5) -> str:
    """Return the first names in a line: ``a, b and 3 more``.

    Args:
        names: The names.
        most: How many are named at most; count, >= 1.
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def first_of(texts: Sequence[str], most: int, what: str = "") -> tuple[str, ...]:
    """Return the first texts, and after them how many more there are.

    Args:
        texts: Texts of any length, of which each stands for itself.
        most: How many are kept at most; count, >= 1.
        what: What they are, with a space before it, where that is to be said.
    """
    more = (f"and {len(texts) - most} more{what}",) if len(texts) > most else ()
    return (*texts[:most], *more)
