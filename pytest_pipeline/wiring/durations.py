"""Where it is kept how long tests took."""

from __future__ import annotations

from pathlib import Path

from pytest_pipeline.engine.workspace import Workspace


def durations_file(root: Path, stage: str) -> Path:
    """Return the file with how long the tests of a stage took; it may not exist.

    Args:
        root: The service root.
        stage: Name of the stage.
    """
    from pytest_pipeline.adapters.duration_folder import DurationFolder  # noqa: PLC0415 - as needed

    return DurationFolder(Workspace(root).state).file(stage)
