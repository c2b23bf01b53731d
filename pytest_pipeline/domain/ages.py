"""How long ago something was, for people."""

from __future__ import annotations

from datetime import UTC, datetime

_STEPS = ((86_400, "d"), (3600, "h"), (60, "min"))
#: Of a unit, this many at least are shown: "90 min" rather than "1 h".
_LEAST = 2


def age_text(created: str, now: str) -> str:
    """Return how long ago something was, such as ``5 min``.

    Args:
        created: When, ISO 8601.
        now: The time, ISO 8601.

    Returns:
        The age; ``?`` if nobody can say, and ``in the future`` for more than a minute ahead.
    """
    try:
        age_s = (_moment(now) - _moment(created)).total_seconds()
    except ValueError:
        return "?"
    if age_s < -_STEPS[-1][0]:
        return "in the future"
    for length_s, unit in _STEPS:
        if age_s >= _LEAST * length_s:
            return f"{int(age_s // length_s)} {unit}"
    return f"{max(0, int(age_s))} s"


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
