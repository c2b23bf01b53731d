"""A problem of a configuration, and how problems are told."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.config.lines import KeyPath
from pytest_pipeline.errors import ConfigError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        path: Where, from the top of our section; the key need not exist.
        text: What was got and what was wanted.
    """

    path: KeyPath
    text: str

    @property
    def key(self) -> str:
        """The path as people write it: ``stages.unit.objectives[0].pass``."""
        key = ""
        for part in self.path:
            key += f"[{part}]" if isinstance(part, int) else f".{part}"
        return key.removeprefix(".")


def refusal(lines: Iterable[str]) -> ConfigError:
    """Return the error that tells all problems, one a line."""
    return ConfigError("\n".join(dict.fromkeys(lines)))


def place(file: Path, line: int | None = None) -> str:
    """Return ``path/to/file:LINE``, relative where the file is below the working directory."""
    relative = os.path.relpath(file)
    shown = str(file) if relative.startswith(os.pardir) else relative
    return shown if line is None else f"{shown}:{line}"
