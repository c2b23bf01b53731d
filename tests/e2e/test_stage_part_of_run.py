"""Parts of a whole run: from a stage, through a stage; and what only looks."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository


def test_a_run_can_end_early_and_be_taken_up_again(drill: Drill, tiny: Repository) -> None:
    refused = drill.pytest(tiny, "--pipeline", "--pipeline-from=e2e")
    through = drill.pytest(tiny, "--pipeline", "--pipeline-through=integration")
    rest = drill.pytest(tiny, "--pipeline", "--pipeline-from=e2e")

    assert refused.exit_code == 22, refused
    assert "no evidence of stage integration: run pytest --pipeline-stage" in refused.output
    assert refused.deployments == {}
    assert through.exit_code == 0, through
    assert through.verdicts == {"unit": "PASS", "integration": "PASS"}
    assert set(through.deployments) == {"dev"}
    assert through.summary["released"] is None
    assert rest.exit_code == 0, rest
    assert rest.verdicts == {"e2e": "PASS"}
    assert set(rest.deployments) == {"staging", "production"}
    assert rest.summary["artifact"] == through.summary["artifact"]
    assert rest.summary["released"]["environment"] == "production"


def test_a_run_can_end_with_a_deployment(drill: Drill, tiny: Repository) -> None:
    run = drill.pytest(tiny, "--pipeline", "--pipeline-through=dev")

    assert run.exit_code == 0, run
    assert run.verdicts == {"unit": "PASS"}
    assert set(run.deployments) == {"dev"}


def test_the_list_runs_nothing(drill: Drill, tiny: Repository) -> None:
    run = drill.pytest(tiny, "--pipeline-list")
    lines = [line.split() for line in run.output.splitlines()]

    assert run.exit_code == 0, run
    assert ["unit", "2"] in lines
    assert ["performance", "absent"] in lines
    assert ["e2e", "e2e", "staging", "tests.executed", ">=", "1"] in lines
    assert ["production", "process", "2", "blue-green", "none"] in lines
    assert not (tiny.state / "artifacts").exists()


def test_the_plans_touch_nothing(drill: Drill, tiny: Repository) -> None:
    run = drill.pytest(tiny, "--pipeline-dry-run", "--pipeline-strategy=staging=blue-green")

    assert run.exit_code == 0, run
    assert "staging (blue-green)" in run.output
    assert "shift traffic: 100 % to r1-0, r1-1" in run.output
    assert not tiny.state.exists()


def test_names_that_do_not_exist_are_answered_with_those_that_do(
    drill: Drill, tiny: Repository
) -> None:
    wrong = [
        drill.pytest(tiny, *asked)
        for asked in (
            ["--pipeline", "--pipeline-through=qa"],
            ["--pipeline", "--pipeline-from=qa"],
            ["--pipeline-stage=qa"],
            ["--pipeline", "--pipeline-from=e2e", "--pipeline-through=unit"],
        )
    ]

    assert [each.exit_code for each in wrong] == [4, 4, 4, 4]
    assert all("integration, " in each.output for each in wrong[:3])
    assert "nothing would run" in wrong[3].output
