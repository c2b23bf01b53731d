"""What goes through the router of a stage's environment is a measure of the stage."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository
from tests.statements import claimed_in

OBJECTIVES = """
[[stages.integration.objectives]]
measure = "router.requests"
pass = ">= 1"
[[stages.integration.objectives]]
measure = "router.error_ratio"
pass = "== 0"
"""


def _measured(repository: Repository) -> dict[str, Any]:
    (file,) = (repository.root / ".pipeline/evidence/integration").glob("*.json")
    found: dict[str, Any] = claimed_in(file)["measurements"]
    return {name: value for name, value in found.items() if name.startswith("router.")}


@pytest.mark.parametrize(
    "option", ["--pipeline-stage=integration", "--pipeline"], ids=["alone", "pipeline"]
)
def test_requests_of_a_stage_are_counted(drill: Drill, tiny: Repository, option: str) -> None:
    tiny.append("pipeline.toml", OBJECTIVES)
    more = ["--pipeline-through=integration"] if option == "--pipeline" else []
    if not more:
        drill.pytest(tiny, "--pipeline-stage=unit")

    run = drill.pytest(tiny, option, *more)
    measured = _measured(tiny)

    assert run.exit_code == 0, run
    assert measured == {"router.requests": 1, "router.errors": 0, "router.error_ratio": 0}
