"""The deploy job of a CI, and the commands that tell what happened."""

from __future__ import annotations

import json

from tests.e2e.drills.clients import SteadyClient, release_at
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.faults import give_variables
from tests.e2e.drills.kept import url_of
from tests.e2e.drills.repository import Repository


def test_deploy_is_refused_without_evidence_and_says_what_provides_it(
    drill: Drill, tiny: Repository
) -> None:
    run = drill.command(tiny, "deploy", "staging")

    assert run.exit_code == 22, str(run)
    assert "--pipeline-stage=unit" in run.output
    assert not drill.belongings.running()


def test_deploy_takes_the_tested_artifact_to_an_environment_that_serves_on(
    drill: Drill, released: Repository
) -> None:
    first = drill.command(released, "deploy", "production")
    url = url_of(released, "production")
    served = release_at(url)
    with SteadyClient(url) as client:
        second = drill.command(released, "deploy", "production", "--strategy", "rolling")
    down = drill.command(released, "down", "production")

    assert first.exit_code == 0, str(first)
    assert url in first.output
    assert served == "r2"
    assert second.exit_code == 0, str(second)
    assert client.failures == []
    assert client.releases == ["r2", "r3"]
    assert down.exit_code == 0, str(down)
    assert not drill.belongings.running()


def test_a_deploy_that_fails_leaves_stable_serving(drill: Drill, released: Repository) -> None:
    give_variables(released, "production", FAULT_STATUS="500")
    stages = [
        drill.pytest(released, f"--pipeline-stage={name}")
        for name in ("unit", "integration", "e2e")
    ]

    run = drill.command(released, "deploy", "production")
    served = release_at(url_of(released, "production"))
    drill.command(released, "down")

    assert [each.exit_code for each in stages] == [0, 0, 0], "\n".join(map(str, stages))
    assert run.exit_code == 23, str(run)
    assert "alarm: error_ratio" in run.output
    assert served == "r1"
    assert not drill.belongings.running()


def test_an_unknown_environment_is_a_wrong_question(drill: Drill, released: Repository) -> None:
    run = drill.command(released, "deploy", "moon")
    down = drill.command(released, "down", "staging")

    assert run.exit_code == 4, str(run)
    assert "no environment 'moon'; known: dev, staging, production" in run.output
    assert down.exit_code == 4, str(down)
    assert "environment 'staging' is not kept; kept: none" in down.output


def test_history_and_show_tell_what_executions_came_to(drill: Drill, released: Repository) -> None:
    history = drill.command(released, "history")
    shown = drill.command(released, "show")
    as_json = json.loads(drill.command(released, "show", "--json").output)
    by_name = drill.command(released, "show", as_json["execution"])
    unknown = drill.command(released, "show", "nonsense")

    assert as_json["execution"] in history.output
    assert "released r1 to production" in history.output
    assert "released r1 to production" in shown.output
    assert as_json["exit_code"] == 0
    assert by_name.output == shown.output
    assert unknown.exit_code == 4, str(unknown)
    assert "pytest-pipeline history" in unknown.output
