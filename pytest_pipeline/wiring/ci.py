"""Whether this is a CI system: there, unsigned evidence of other sessions counts nothing."""

from __future__ import annotations

from collections.abc import Mapping

#: What CI systems set ``CI`` to where this is none after all.
_NO = ("", "0", "false")


def in_ci(environ: Mapping[str, str]) -> bool:
    """Return whether the environment variables are those of a job of a CI system."""
    return environ.get("CI", "").lower() not in _NO
