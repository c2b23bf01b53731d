"""Finds the stage that ``--pipeline-stage`` names."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.errors import ConfigError


def stage_of(pipeline: Pipeline, name: str) -> Stage:
    """Return the stage of that name; without configured stages every layer is one.

    A layer of which no file is known may yet have tests: marked at run time, or in files that are
    no Python.

    Raises:
        pytest.UsageError: If there is none.
    """
    configured = any(stage.configured for stage in pipeline.stages)
    if not configured and name in pipeline.layers.names:
        return Stage(name, (name,))
    try:
        return pipeline.stage(name)
    except ConfigError as error:
        known = [each.name for each in pipeline.stages] if configured else pipeline.layers.names
        raise pytest.UsageError(
            f"--pipeline-stage={name}: there is no such stage; known: {', '.join(known)}"
        ) from error
