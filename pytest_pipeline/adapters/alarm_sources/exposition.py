"""Prometheus' text format, as instances tell it.

Source:
    Prometheus, Exposition formats: text-based format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LINE = re.compile(
    r"^(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)\s*"
    r'(?:\{(?P<labels>(?:[^"}]|"(?:\\.|[^"\\])*")*)\})?\s*'
    r"(?P<value>[^\s#]+)"
)
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:\\.|[^"\\])*)"')
_ESCAPES = {"\\n": "\n", '\\"': '"', "\\\\": "\\"}
_ESCAPE = re.compile(r"\\.")


@dataclass(frozen=True)
class Sample:
    """One line.

    Attributes:
        name: Name of the metric.
        labels: Its labels.
        value: The value.
    """

    name: str
    labels: Mapping[str, str]
    value: float


def samples(text: str) -> list[Sample]:
    """Return the samples of a text; lines that are none are passed over."""
    found = []
    for line in text.splitlines():
        matched = _LINE.match(line.strip())
        if matched is None:
            continue
        try:
            value = float(matched["value"])
        except ValueError:
            continue
        labels = {key: _unescaped(said) for key, said in _LABEL.findall(matched["labels"] or "")}
        found.append(Sample(matched["name"], labels, value))
    return found


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[0], found[0]), text)
