"""Environments that serve beyond their run, whatever becomes of it, until they are taken down."""

from __future__ import annotations

import pytest

from tests.e2e.drills.clients import SteadyClient, release_at
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.faults import bake_for
from tests.e2e.drills.journals import begins_step
from tests.e2e.drills.kept import url_of
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true


@pytest.fixture
def kept(drill: Drill, released: Repository) -> Repository:
    """The tiny service, whose r2 serves in production beyond its deployment."""
    run = drill.command(released, "deploy", "production")
    assert run.exit_code == 0, str(run)
    return released


def test_a_run_that_keeps_its_environments_leaves_all_of_them_serving(
    drill: Drill, released: Repository
) -> None:
    run = drill.pytest(released, "--pipeline", "--pipeline-keep")
    urls = {name: url_of(released, name) for name in ("dev", "staging", "production")}
    served = {name: release_at(url) for name, url in urls.items()}
    status = drill.command(released, "status")
    down = drill.command(released, "down")
    after = drill.command(released, "status")

    assert run.exit_code == 0, str(run)
    assert run.summary["kept"] == urls
    assert set(served.values()) == {"r2"}
    assert f"{urls['production']} (2 of 2 instances, router answers)" in status.one_line
    assert down.exit_code == 0, str(down)
    assert "production is down" in down.output
    assert after.output.count("not kept") == 3
    assert not drill.belongings.running()


def test_the_next_run_deploys_over_what_serves(drill: Drill, kept: Repository) -> None:
    with SteadyClient(url_of(kept, "production")) as client:
        run = drill.pytest(kept, "--pipeline")
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
    with SteadyClient(url_of(kept, "production")) as client:
        running = drill.start_command(kept, "deploy", "production")
        begins_step(running, kept, "production", "Bake")
        running.kill()
        seen = client.requests
        served_on = becomes_true(lambda: client.requests > seen + 50, within_s=10)

        run = drill.command(kept, "deploy", "production")
    drill.command(kept, "down")

    assert served_on
    assert run.exit_code == 0, str(run)
    assert "production: going back from an unfinished deployment" in run.one_line
    assert "r2 > r4" in run.one_line
    assert client.failures == []
    assert client.releases == ["r2", "r3", "r4"]
    assert not drill.belongings.running()


@pytest.mark.parametrize("step", ["Launch", "AwaitHealthy", "Shift", "Stop"])
def test_whatever_step_is_killed_clients_notice_nothing_and_down_ends_everything(
    drill: Drill, kept: Repository, step: str
) -> None:
    with SteadyClient(url_of(kept, "production")) as client:
        running = drill.start_command(kept, "deploy", "production", "--strategy", "rolling")
        begins_step(running, kept, "production", step)
        running.kill()
        seen = client.requests
        served_on = becomes_true(lambda: client.requests > seen + 50, within_s=10)

    down = drill.command(kept, "down")

    assert served_on
    assert client.failures == []
    assert down.exit_code == 0, str(down)
    assert becomes_true(lambda: not drill.belongings.running(), within_s=5), (
        drill.belongings.running()
    )


@pytest.mark.parametrize("moment", ["starting the router", "Launch"])
def test_what_was_being_set_up_when_the_controller_was_killed_ends_with_it(
    drill: Drill, released: Repository, moment: str
) -> None:
    running = drill.start_command(released, "deploy", "production")
    if moment == "Launch":
        begins_step(running, released, "production", moment)
    else:
        assert becomes_true(lambda: drill.belongings.find("/bootstrap.json"), within_s=20)

    running.kill()
    drill.command(released, "down")

    assert becomes_true(lambda: not drill.belongings.running(), within_s=5), (
        drill.belongings.running()
    )


def test_ctrl_c_goes_back_and_stable_serves_on(drill: Drill, kept: Repository) -> None:
    with SteadyClient(url_of(kept, "production")) as client:
        running = drill.start_command(kept, "deploy", "production")
        begins_step(running, kept, "production", "Bake")
        running.interrupt()
        run = running.wait(within_s=30)
        served = release_at(url_of(kept, "production"))
    drill.command(kept, "down")

    assert run.exit_code == 2, str(run)
    assert "stopped by Ctrl-C" in run.output
    assert "now serving: r2 (100 %)" in run.one_line
    assert served == "r2"
    assert client.failures == []
    assert not drill.belongings.running()


def test_a_run_that_keeps_but_never_served_leaves_nothing(drill: Drill, tiny: Repository) -> None:
    bake_for(tiny, "dev", 60)
    running = drill.start_pytest(tiny, "--pipeline", "--pipeline-keep")
    begins_step(running, tiny, "dev", "Bake")

    running.interrupt()
    run = running.wait(within_s=30)

    assert run.exit_code == 2, str(run)
    assert run.summary["kept"] == {}
    assert not drill.belongings.running()
