"""Builds by running the user's command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_pipeline.adapters.build.steps import Steps
from pytest_pipeline.domain.templates import expand
from pytest_pipeline.errors import BuildError


def build_by_command(root: Path, command: Sequence[str], *, steps: Steps, into: Path) -> None:
    """Run a command in the service root that leaves files in a folder.

    ``python`` and ``uv`` are the ones that run the pipeline, whatever else is on ``PATH``.

    Args:
        root: The service root.
        command: The command; ``{output}`` stands for the folder.
        steps: Runs it.
        into: Existing, empty folder.

    Raises:
        BuildError: With the command's output, or if it left nothing.
    """
    steps.run(*(expand(each, {"output": str(into)}) for each in command), cwd=root)
    if not any(into.iterdir()):
        raise BuildError(
            f"building {steps.name}: the build command succeeded but left no file in {{output}}; "
            f"use the placeholder in build.command, got: {' '.join(command)}"
        )
