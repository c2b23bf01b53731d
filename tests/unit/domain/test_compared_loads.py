"""What the summary file says of load side by side."""

from __future__ import annotations

import json
from dataclasses import replace

from pytest_pipeline.domain.compared_loads import compared_loads
from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.side_by_side import Side, SideRun, Sides
from pytest_pipeline.domain.tallies import StageRun, Tally

LOAD = LoadResult(1, 0, 1.0, None, 1.0, 1.0, 1.0, 1.0, 61.25, (), {})
RUNS = (SideRun(Side.CANDIDATE, 0, {"load.p95_ms": 2.5}),)
RUN = StageRun(Tally({}, 0), {}, loads=(("test_load", LOAD),))


def test_a_stage_that_compares_nothing_has_none() -> None:
    assert compared_loads(RUN) is None


def test_the_runs_are_there_as_json() -> None:
    loads = (("test_load", replace(LOAD, sides=Sides("r6", RUNS))),)

    entry = compared_loads(replace(RUN, beside=Beside("r6", "sha256:6"), loads=loads))

    assert json.loads(json.dumps(entry)) == {
        "stable": "r6",
        "missing": "",
        "passed_over": "",
        "loads": [
            {
                "test": "test_load",
                "duration_s": 61.25,
                "runs": [{"side": "candidate", "block": 0, "figures": {"load.p95_ms": 2.5}}],
            }
        ],
    }


def test_why_nothing_served_beside_is_said() -> None:
    entry = compared_loads(replace(RUN, beside=Beside(missing="nothing yet", first_release=True)))

    assert entry == {"stable": None, "missing": "nothing yet", "passed_over": "", "loads": []}
