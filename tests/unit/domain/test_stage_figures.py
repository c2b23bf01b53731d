from __future__ import annotations

import json

from pytest_pipeline.domain.measures import Measure
from pytest_pipeline.domain.stage_figures import StageFigures, figures_from_data, with_figures
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord

SIZE = Measure("custom.size", "files", "files that a run left")
FIGURES = StageFigures(
    {"custom.size": 3.0}, {"coverage.changed_percent": ("no git",)}, (SIZE,), ("a hook failed",)
)


def test_figures_survive_the_way_to_the_controller() -> None:
    data = json.loads(json.dumps(FIGURES.to_data()))

    assert figures_from_data(data) == FIGURES


def test_a_run_has_the_figures_and_the_durations_of_its_tests() -> None:
    record = TestRecord("a", "unit", (TestAttempt(TestOutcome.PASSED, 2.0),))
    run = StageRun(Tally({}, 1, records=(record,)), {"custom.rows": 1.0}, problems=("b",))

    found = with_figures(run, FIGURES, {"custom.rows": "rows", "custom.size": "bytes"})

    assert found.measurements == {
        "custom.rows": 1.0,
        "custom.size": 3.0,
        "duration.unit_s": 2.0,
        "duration.slowest_s": 2.0,
    }
    assert found.details == {"coverage.changed_percent": ("no git",), "duration.slowest_s": ("a",)}
    assert found.registered == (SIZE, Measure("custom.rows", "rows", ""))
    assert found.problems == ("b", "a hook failed")


def test_what_a_test_and_a_hook_measured_is_nobodys_figure() -> None:
    run = StageRun(Tally({}, 0), {"custom.size": 4.0})

    found = with_figures(run, FIGURES, {})

    assert "measure custom.size was recorded by a test and by a hook" in found.problems[-1]
