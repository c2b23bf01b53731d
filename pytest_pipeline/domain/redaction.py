"""Takes secrets out of what is reported: pages and summaries are passed on, terminals are not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, cast

Value = TypeVar("Value")

#: What stands in place of a secret.
REDACTED = "***"
#: Shorter values are words of every day, not secrets.
_SHORTEST = 6
_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY", re.IGNORECASE
)
_IN_URL = re.compile(r"(\b[a-zA-Z][\w+.-]*://[^\s:/@]*:)[^\s/@]+(?=@)")
#: A URL that pytest shortened in its middle: what is left of the password cannot be told apart.
_SHORTENED = re.compile(r"(\b[a-zA-Z][\w+.-]*://)[^\s/@]*\.\.\.[^\s/@]*(?=@)")
_ASSIGNED = re.compile(r"(?i)\b(password|passwd|pgpassword)(\s*=\s*)(['\"]?)[^\s'\"&,;)]+")


@dataclass(frozen=True)
class Redactor:
    """Replaces secrets in texts: known values, and passwords in URLs and assignments.

    Attributes:
        secrets: Known values.
    """

    secrets: tuple[str, ...] = ()

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        for secret in self.secrets:
            if secret in text:
                text = text.replace(secret, REDACTED)
        if "://" in text:
            text = _SHORTENED.sub(rf"\1{REDACTED}", _IN_URL.sub(rf"\1{REDACTED}", text))
        if "=" in text:
            text = _ASSIGNED.sub(rf"\1\2\3{REDACTED}", text)
        return text

    def value(self, value: Value) -> Value:
        """Return a value whose texts hold no secrets; dataclasses, tuples and mappings through."""
        return cast("Value", self._value(value))

    def _value(self, value: Any) -> Any:  # noqa: ANN401 - whatever a dataclass holds
        if isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self._value(each) for each in value)
        if isinstance(value, Mapping):
            return {self._value(name): self._value(each) for name, each in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return self._dataclass(value)
        return value

    def _dataclass(self, value: Any) -> Any:  # noqa: ANN401 - any of them
        changed = {}
        for each in fields(value):
            before = getattr(value, each.name)
            after = self._value(before)
            if after is not before and after != before:
                changed[each.name] = after
        return replace(value, **changed) if changed else value


def secrets_among(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of variables whose names say that they are secret, longest first."""
    found = {
        value
        for name, value in variables.items()
        if len(value) >= _SHORTEST and _SECRET_NAME.search(name)
    }
    return tuple(sorted(found, key=len, reverse=True))
