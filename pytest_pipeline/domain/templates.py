"""Placeholders such as ``{port}`` and ``{resources.database.url}`` in commands and variables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pytest_pipeline.errors import ConfigError

_PLACEHOLDER = re.compile(r"\{([a-z_][a-zA-Z0-9_.-]*)\}")


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names of the placeholders in a text, in order."""
    return tuple(_PLACEHOLDER.findall(text))


def expand(text: str, values: Mapping[str, str]) -> str:
    """Replace every placeholder by its value; other braces stay as they are.

    Raises:
        ConfigError: If a placeholder has no value; names it and the known ones.
    """

    def value_of(found: re.Match[str]) -> str:
        name = found[1]
        if name not in values:
            known = ", ".join(f"{{{known}}}" for known in sorted(values))
            raise ConfigError(f"unknown placeholder {{{name}}} in {text!r}; known here: {known}")
        return values[name]

    return _PLACEHOLDER.sub(value_of, text)
