"""Headers whose values come from environment variables, and never go anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pytest_pipeline.engine.alarm_sources import Answer
from pytest_pipeline.errors import AlarmError

_HIDDEN = "***"


def headers_from(variables: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return headers with their values.

    Args:
        variables: Header to the name of the variable that holds its value.
        environ: The variables.

    Raises:
        AlarmError: If a variable is not set, or cannot be a header's value; names it alone.
    """
    headers = {}
    for header, name in variables.items():
        value = environ.get(name, "")
        if not value:
            raise AlarmError(f"the variable {name} for the header {header} is not set: set it")
        if not value.isprintable() or not value.isascii():
            raise AlarmError(f"the variable {name} cannot be sent as the header {header}")
        headers[header] = value
    return headers


def without_values(
    answer: Answer, variables: Mapping[str, str], environ: Mapping[str, str]
) -> Answer:
    """Return an answer whose reason holds none of the headers' values, whoever echoed them."""
    reason = answer.reason
    for name in variables.values():
        for secret in {environ.get(name, ""), *environ.get(name, "").split()[1:]}:
            if secret:
                reason = reason.replace(secret, _HIDDEN)
    return replace(answer, reason=reason)
