"""The nearest known name to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(got: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'replicas'?``, or nothing where no known name is near."""
    spelled = {name.lower(): name for name in known}
    near = get_close_matches(got.lower(), spelled, n=1)
    return f"; did you mean {spelled[near[0]]!r}?" if near else ""
