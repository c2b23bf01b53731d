from __future__ import annotations

from pytest_pipeline.config import default_pipeline
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES
from pytest_pipeline.domain.layers import LayerRules
from pytest_pipeline.domain.pipelines import Pipeline


def test_the_stages_are_the_layers_with_tests_in_pipeline_order() -> None:
    stages = default_pipeline({"e2e", "unit"}).stages

    assert [stage.name for stage in stages] == ["unit", "e2e"]
    assert [stage.layers for stage in stages] == [("unit",), ("e2e",)]
    assert all(stage.gate.objectives == BASIC_OBJECTIVES for stage in stages)
    assert not any(stage.configured for stage in stages)


def test_what_is_configured_beside_stages_is_kept() -> None:
    base = Pipeline("orders", None, (), (), LayerRules(("smoke", "unit")), ("../shared",))

    pipeline = default_pipeline(["unit", "smoke"], base=base)

    assert [stage.name for stage in pipeline.stages] == ["smoke", "unit"]
    assert (pipeline.name, pipeline.inputs) == ("orders", ("../shared",))
