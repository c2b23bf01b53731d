"""The gates as properties of a suite."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.plugin.junit_properties import properties_of
from tests.component.adapters.html_report.reported import (
    RECORDS,
    load,
    report,
    side_by_side,
    stage,
)


def test_a_stage_on_its_own_has_short_names() -> None:
    told = report(stage("perf", RECORDS[:1], loads=(("t.py::l", load()),)), kind="stage")

    found = dict(properties_of(told))

    assert found["pipeline.stage"] == "perf"
    assert found["pipeline.verdict"] == "PASS"
    assert found["pipeline.objective.tests.failed"] == "PASS 0 (== 0)"
    assert found["pipeline.objective.load.p95_ms"].startswith("PASS ")
    assert found["pipeline.objective.load.p95_ms"].endswith(" (< 250)")
    assert found["pipeline.execution"] == told.execution
    assert found["pipeline.revision"] == told.tree
    assert found["pipeline.artifact"] == told.artifact


def test_a_whole_run_names_each_stage() -> None:
    found = list(properties_of(report()))

    assert ("pipeline.stage.component.verdict", "PASS") in found
    assert ("pipeline.stage.unit.objective.tests.failed", "FAIL 1, wanted == 0") in found
    assert len({name for name, _ in found}) == len(found)


def test_what_load_was_compared_with_is_told() -> None:
    compared = side_by_side()
    for beside, wanted in ((Beside("r6"), "r6"), (Beside(missing="deleted"), "deleted")):
        run = replace(compared.result.run, beside=beside)
        told = report(replace(compared, result=replace(compared.result, run=run)), kind="stage")

        assert ("pipeline.compared_with", wanted) in list(properties_of(told))


def test_problems_are_told() -> None:
    told = report(stage("unit", RECORDS[:1], problems=("died",)), kind="stage")

    assert ("pipeline.problem", "died") in list(properties_of(told))
