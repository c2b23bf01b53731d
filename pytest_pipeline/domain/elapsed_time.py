"""How old something is: between two times of day, and in words."""

from __future__ import annotations

from datetime import datetime

_UNITS = (("day", 86400), ("h", 3600), ("min", 60), ("s", 1))


def seconds_between(earlier: str, later: str) -> float | None:
    """Return the seconds from one time of day to another; negative when it is the other way round.

    Args:
        earlier: ISO 8601 in UTC.
        later: The same.

    Returns:
        None where one of them is no time of day with an offset.
    """
    try:
        passed = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    except (ValueError, TypeError):  # TypeError: only one of them says its offset
        return None
    return passed.total_seconds()


def duration_words(seconds: float) -> str:
    """Return a duration in its two largest units: ``3 days 4 h``, ``2 min``.

    Args:
        seconds: Its length, >= 0; parts of a second are left out.
    """
    left, words = int(seconds), list[str]()
    for unit, length in _UNITS:
        count, left = divmod(left, length)
        if count:
            plural = "s" if unit == "day" and count > 1 else ""
            words.append(f"{count} {unit}{plural}")
        elif words:
            break
    return " ".join(words[:2]) or "0 s"
