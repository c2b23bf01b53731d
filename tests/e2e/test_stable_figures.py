"""A stage with an environment is compared with what was measured of the release before."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

OBJECTIVE = """
[[stages.integration.objectives]]
measure = "tests.executed"
pass = [">= 1", "== base + 0", "<= +0%"]
"""


def test_the_figures_of_the_release_that_was_promoted_before_are_found(
    drill: Drill, released: Repository
) -> None:
    released.append("pipeline.toml", OBJECTIVE)
    released.append("server.py", "\n# changed\n")

    run = drill.pytest(released, "--pipeline", "--pipeline-through=integration")

    assert run.exit_code == 0, run
    assert "== base, which is 1 of r1 (stable)" in _reason(run.summary["stages"][-1])
    assert not drill.belongings.running()


def _reason(stage: dict[str, list[dict[str, str]]]) -> str:
    return next(
        each["reason"] for each in stage["objectives"] if each["measure"] == "tests.executed"
    )
