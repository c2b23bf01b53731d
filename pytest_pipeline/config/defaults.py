"""The pipeline of a service that configures no stages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.gate_demands import demanded
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate
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
    excused = base.quarantine.excused if base.quarantine else ()
    gate = Gate((*BASIC_OBJECTIVES, *demanded(Demands(), base.quarantine)), excused=excused)
    stages = tuple(
        Stage(layer, (layer,), gate=gate, quarantine=base.quarantine)
        for layer in base.layers.names
        if layer in layers_with_tests
    )
    return replace(base, stages=stages)
