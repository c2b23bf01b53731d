"""Keeps the passwords of resources out of what tests printed."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from pytest_pipeline.domain.handoffs import EnvironmentHandoff

_HIDDEN = "***"


def without_secrets(text: str, handoff: EnvironmentHandoff) -> str:
    """Return a text without the passwords in the URLs of an environment's resources."""
    for resource in handoff.resources:
        password = urlsplit(resource.url).password
        if password:
            text = text.replace(password, _HIDDEN).replace(unquote(password), _HIDDEN)
    return text
