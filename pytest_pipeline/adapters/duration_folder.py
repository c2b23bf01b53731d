"""How long tests took, as files: one a stage, which CI systems can keep in a cache."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pytest_pipeline.domain.recorded_durations import durations_from_json, durations_to_json
from pytest_pipeline.engine.evidence_layout import DURATIONS, safe_name
from pytest_pipeline.errors import StateError


class DurationFolder:
    """The `DurationStore` of a folder.

    ::

        durations/<stage>.json    test id to seconds

    Args:
        folder: The state folder; made when the first durations are written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute() / DURATIONS

    def read(self, stage: str) -> Mapping[str, float]:
        """Return the durations of a stage's tests; see the port."""
        try:
            return durations_from_json(self.file(stage).read_bytes().decode())
        except (OSError, ValueError):
            return {}

    def write(self, stage: str, durations_s: Mapping[str, float]) -> None:
        """Replace the durations of a stage's tests; see the port."""
        path = self.file(stage)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=path.parent, prefix=".writing-", delete=False
            ) as file:
                file.write(durations_to_json(durations_s))
            os.replace(file.name, path)  # noqa: PTH105 - readers get the whole text or the earlier one
        except OSError as error:
            raise StateError(
                f"cannot write {path}: {error.strerror}; make the folder writable and see to free "
                "space"
            ) from error

    def file(self, stage: str) -> Path:
        """Return the file of a stage; it may not exist."""
        return self._folder / f"{safe_name(stage)}.json"
