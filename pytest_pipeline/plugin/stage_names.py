"""Finds the stage that ``--pipeline-stage`` names."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.errors import ConfigError


def stage_of(pipeline: Pipeline, name: str) -> Stage:
    """Return the stage of that name; a layer without tests is a stage without tests.

    Raises:
        pytest.UsageError: If there is none.
    """
    try:
        return pipeline.stage(name)
    except ConfigError as error:
        known = [each.name for each in pipeline.stages] or list(pipeline.layers.names)
        raise pytest.UsageError(
            f"--pipeline-stage={name}: there is no such stage; known: {', '.join(known)}"
        ) from error
