"""Environments that serve beyond their run, and the commands that deal with them."""

from __future__ import annotations

import json

import pytest
import requests

from tests.e2e.drills.clients import SteadyClient
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.faults import bake_for, give_variables
from tests.e2e.drills.journals import begins_step
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true


@pytest.fixture
def kept(drill: Drill, released: Repository) -> Repository:
    """The tiny service after a run that keeps its environments."""
    run = drill.pytest(released, "--pipeline", "--pipeline-keep")
    assert run.exit_code == 0, str(run)
    return released


def url_of(service: Repository, environment: str) -> str:
    record = json.loads((service.state / "environments" / f"{environment}.json").read_text())
    return str(record["url"])


def release_at(url: str) -> str:
    return str(requests.get(url, timeout=5).json()["release"])


def test_a_kept_environment_serves_until_down(drill: Drill, kept: Repository) -> None:
    url = url_of(kept, "production")
    served = release_at(url)
    status = drill.command(kept, "status")

    down = drill.command(kept, "down")

    assert served == "r2"
    assert f"{url} (2 of 2 instances, router answers)" in " ".join(status.output.split())
    assert down.exit_code == 0, str(down)
    assert "production is down" in down.output
    assert not drill.belongings.running()
    assert drill.command(kept, "status").output.count("not kept") == 3


def test_the_next_run_deploys_over_what_serves(drill: Drill, kept: Repository) -> None:
    url = url_of(kept, "production")

    with SteadyClient(url) as client:
        run = drill.pytest(kept, "--pipeline", "--pipeline-keep")
    drill.command(kept, "down")

    assert run.exit_code == 0, str(run)
    assert run.deployments["production"]["stable"] == "r2"
    assert run.deployments["production"]["lost_requests"] == 0
    assert client.failures == []
    assert client.releases == ["r2", "r3"]
    assert not drill.belongings.running()


def test_stable_serves_on_when_the_controller_is_killed_and_the_next_run_goes_on_from_it(
    drill: Drill, kept: Repository
) -> None:
    bake_for(kept, "production", 60)
    url = url_of(kept, "production")
    with SteadyClient(url) as client:
        running = drill.start_pytest(kept, "--pipeline", "--pipeline-keep")
        begins_step(running, kept, "production", "Bake")
        running.kill()
        bake_for(kept, "production", 0.5)

        run = drill.pytest(kept, "--pipeline", "--pipeline-keep")
    drill.command(kept, "down")

    assert run.exit_code == 0, str(run)
    assert "going back from an unfinished deployment" in run.output
    assert client.failures == []
    assert run.deployments["production"]["stable"] == "r2"
    assert client.releases[-1] == run.deployments["production"]["candidate"]
    assert not drill.belongings.running()


@pytest.mark.parametrize("step", ["Launch", "AwaitHealthy", "Shift", "Stop"])
def test_whatever_step_is_killed_down_ends_everything(
    drill: Drill, kept: Repository, step: str
) -> None:
    running = drill.start_pytest(kept, "--pipeline", "--pipeline-keep")
    begins_step(running, kept, "staging", step)
    running.kill()

    down = drill.command(kept, "down")

    assert down.exit_code == 0, str(down)
    assert becomes_true(lambda: not drill.belongings.running(), within_s=5), (
        drill.belongings.running()
    )


def test_ctrl_c_goes_back_and_stable_serves_on(drill: Drill, kept: Repository) -> None:
    bake_for(kept, "production", 60)
    url = url_of(kept, "production")
    with SteadyClient(url) as client:
        running = drill.start_pytest(kept, "--pipeline", "--pipeline-keep")
        begins_step(running, kept, "production", "Bake")
        running.interrupt()
        run = running.wait(within_s=30)
        served = release_at(url)
    drill.command(kept, "down")

    assert run.exit_code == 2, str(run)
    assert run.deployments["production"]["status"] == "Stopped"
    assert run.deployments["production"]["serving"] == "r2 (100 %)"
    assert served == "r2"
    assert client.failures == []


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
    drill.command(released, "deploy", "production")
    url = url_of(released, "production")
    give_variables(released, "production", FAULT_STATUS="500")
    stages = [
        drill.pytest(released, f"--pipeline-stage={name}")
        for name in ("unit", "integration", "e2e")
    ]

    run = drill.command(released, "deploy", "production")
    served = release_at(url)
    drill.command(released, "down")

    assert [each.exit_code for each in stages] == [0, 0, 0], stages
    assert run.exit_code == 23, str(run)
    assert served == "r2"
    assert not drill.belongings.running()


def test_show_tells_what_an_execution_came_to(drill: Drill, released: Repository) -> None:
    shown = drill.command(released, "show")
    as_json = json.loads(drill.command(released, "show", "--json").output)
    by_name = drill.command(released, "show", as_json["execution"])
    unknown = drill.command(released, "show", "nonsense")

    assert "released r1 to production" in shown.output
    assert as_json["exit_code"] == 0
    assert by_name.output == shown.output
    assert unknown.exit_code == 4, str(unknown)
    assert "pytest-pipeline history" in unknown.output
