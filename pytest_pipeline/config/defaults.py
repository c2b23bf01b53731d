"""The pipeline of a service that configures no stages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.stages import Stage

_NOTHING_CONFIGURED = Pipeline("service", None, (), ())


def default_pipeline(
    layers_with_tests: Collection[str], *, base: Pipeline = _NOTHING_CONFIGURED
) -> Pipeline:
    """Return a pipeline whose stages are the layers that have tests, in pipeline order.

    Args:
        layers_with_tests: Layers of which at least one test was found, in any order.
        base: What is configured beside stages; nothing by default.
    """
    stages = tuple(
        Stage(layer, (layer,)) for layer in base.layers.names if layer in layers_with_tests
    )
    return replace(base, stages=stages)
