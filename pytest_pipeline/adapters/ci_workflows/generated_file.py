"""A generated file: written over nothing but an earlier one, and compared."""

from __future__ import annotations

import difflib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.adapters.ci_workflows.head import MARK
from pytest_pipeline.errors import ConfigError


@dataclass(frozen=True)
class GeneratedFile:
    """A place for a generated text.

    Attributes:
        path: Where.
    """

    path: Path

    def write(self, text: str, *, force: bool = False) -> None:
        """Write a text, whole or not at all; folders are made.

        Args:
            text: What is written.
            force: Whether a file that was not generated may be replaced.

        Raises:
            ConfigError: If a file is there that was not generated, or it cannot be written.
        """
        before = self._read()
        if before is not None and not before.startswith(MARK) and not force:
            raise ConfigError(
                f"--output {self.path}: this file was not generated, wanted one that begins with "
                f"{MARK!r}, or none; name another, or replace it by --force"
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(self.path, text)
        except OSError as error:
            raise ConfigError(
                f"--output {self.path} cannot be written ({error.strerror}): wanted a file in a "
                "folder that can be written to"
            ) from error

    def difference(self, text: str) -> str:
        """Return how the file differs from a text, as a unified diff; empty when it does not.

        Raises:
            ConfigError: If it cannot be read.
        """
        before = self._read()
        return "".join(
            difflib.unified_diff(
                (before or "").splitlines(keepends=True),
                text.splitlines(keepends=True),
                str(self.path) if before is not None else os.devnull,
                "generated now",
            )
        )

    def _read(self) -> str | None:
        """Return the content; None where there is no file."""
        try:
            return self.path.read_bytes().decode()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"--output {self.path} cannot be read: {error}; name another file"
            ) from error


def _replace(path: Path, text: str) -> None:
    """Write beside the file, and put it in its place."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
