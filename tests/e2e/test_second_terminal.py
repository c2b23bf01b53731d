"""A deployment under way listens to commands from another terminal, and they replace a dead one."""

from __future__ import annotations

import pytest

from tests.e2e.drills.clients import SteadyClient, release_at
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.journals import begins_step, journal
from tests.e2e.drills.kept import url_of
from tests.e2e.drills.pipeline_run import Running
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true

#: Long enough for several commands on a busy machine; `promote --full` ends it at once.
CANARY = """strategy = "canary"
options = { steps = [{ weight = 10, pause_s = 8 }, { weight = 50, pause_s = 60 }], bake_s = 0.3 }
"""
#: Its revision is built, but only one of its stages was run.
FORCED = ("--force", "--reason", "a drill")


@pytest.fixture
def kept(drill: Drill, released: Repository, request: pytest.FixtureRequest) -> Repository:
    """The tiny service, whose r2 serves in production beyond its deployment."""
    policy = getattr(request, "param", "refuse")
    released.replace(
        "pipeline.toml",
        'strategy = "blue-green"\noptions = { bake_s = 0.5 }\n',
        f'{CANARY}concurrency = "{policy}"\n',
    )
    built = drill.pytest(released, "--pipeline-stage=unit")
    assert built.exit_code == 0, str(built)
    run = drill.command(released, "deploy", "production", "--strategy", "rolling", *FORCED)
    assert run.exit_code == 0, str(run)
    return released


def canary(drill: Drill, repository: Repository) -> Running:
    """Return a deployment that is in the first of its pauses."""
    running = drill.start_command(repository, "deploy", "production", *FORCED)
    begins_step(running, repository, "production", "Bake")
    return running


def is_paused(repository: Repository) -> bool:
    return any(each["kind"] == "pause requested" for each in journal(repository, "production"))


def test_a_deployment_is_paused_resumed_and_promoted(drill: Drill, kept: Repository) -> None:
    with SteadyClient(url_of(kept, "production")) as client:
        running = canary(drill, kept)
        pause = drill.command(kept, "pause", "production")
        assert becomes_true(lambda: is_paused(kept), within_s=90)
        status = drill.command(kept, "status", "production")
        resume = drill.command(kept, "resume", "production")
        promote = drill.command(kept, "promote", "production", "--full")
        run = running.wait(within_s=60)
    after = drill.command(kept, "promote", "production")
    drill.command(kept, "down")

    assert [each.exit_code for each in (pause, resume, promote)] == [0, 0, 0], str(resume)
    assert "production: r2 > r3 (canary): paused, step " in status.one_line
    assert "production: traffic: r2 90 %, r3 10 %" in status.one_line
    assert run.exit_code == 0, str(run)
    assert client.failures == []
    assert client.releases == ["r2", "r3"]
    assert after.exit_code == 4, str(after)
    assert "no deployment is under way in production" in after.one_line
    assert not drill.belongings.running()


def test_a_deployment_is_aborted_and_both_terminals_say_so(drill: Drill, kept: Repository) -> None:
    with SteadyClient(url_of(kept, "production")) as client:
        running = canary(drill, kept)
        would = drill.command(kept, "abort", "production", "--dry-run")
        abort = drill.command(kept, "abort", "production", "--reason", "the numbers look odd")
        served = release_at(url_of(kept, "production"))
        run = running.wait(within_s=60)
    drill.command(kept, "down")

    assert would.exit_code == 0, str(would)
    assert "to go back" in would.one_line
    assert abort.exit_code == 0, str(abort)
    assert "production: now serving: r2 (100 %)" in abort.one_line
    assert run.exit_code == 23, str(run)
    assert "the numbers look odd" in run.one_line
    assert served == "r2"
    assert client.failures == []
    assert not drill.belongings.running()


@pytest.mark.parametrize(("command", "serves"), [("resume", "r3"), ("abort", "r2")])
def test_the_deployment_of_a_killed_controller_is_brought_to_its_end(
    drill: Drill, kept: Repository, command: str, serves: str
) -> None:
    with SteadyClient(url_of(kept, "production")) as client:
        running = canary(drill, kept)
        running.kill()
        status = drill.command(kept, "status", "production")
        unheard = drill.command(kept, "promote", "production")
        rollback = drill.command(kept, "rollback", "production")
        would = drill.command(kept, command, "production", "--dry-run")
        taken_over = drill.start_command(kept, command, "production")
        if command == "resume":
            assert becomes_true(lambda: is_led(drill, kept), within_s=30)
            drill.command(kept, "promote", "production", "--full")
        run = taken_over.wait(within_s=120)
        served = release_at(url_of(kept, "production"))
        again = drill.command(kept, command, "production")
    down = drill.command(kept, "down")

    assert "nobody is at it" in status.one_line
    assert (unheard.exit_code, rollback.exit_code, would.exit_code) == (26, 26, 0), str(rollback)
    assert "pytest-pipeline resume production goes on with it" in unheard.one_line
    assert "a deployment to production is not finished" in rollback.one_line
    assert run.exit_code == 0, str(run)
    assert served == serves
    assert client.failures == []
    assert again.exit_code == 4, str(again)
    assert down.exit_code == 0, str(down)
    assert not drill.belongings.running()


def is_led(drill: Drill, repository: Repository) -> bool:
    """Return whether a living process is at the deployment to production."""
    return "by execution" in drill.command(repository, "status", "production").output


def test_a_second_deployment_is_refused_by_default(drill: Drill, kept: Repository) -> None:
    running = canary(drill, kept)
    second = drill.command(kept, "deploy", "production", *FORCED)
    down = drill.command(kept, "down")
    running.interrupt()
    running.wait(within_s=60)
    drill.command(kept, "down")

    assert second.exit_code == down.exit_code == 26, str(second)
    assert "environment 'production' is in use by execution" in second.one_line
    assert 'concurrency = "wait"' in second.one_line
    assert not drill.belongings.running()


@pytest.mark.parametrize("kept", ["wait"], indirect=True)
def test_a_second_deployment_waits_for_its_turn(drill: Drill, kept: Repository) -> None:
    with SteadyClient(url_of(kept, "production")) as client:
        first = canary(drill, kept)
        second = drill.start_command(kept, "deploy", "production", "--strategy", "rolling", *FORCED)
        waits = becomes_true(lambda: "waiting for execution" in second.output(), within_s=60)
        drill.command(kept, "promote", "production", "--full")
        done, after = first.wait(within_s=60), second.wait(within_s=60)
    drill.command(kept, "down")

    assert waits, str(after)
    assert done.exit_code == after.exit_code == 0, str(after)
    assert "r2 > r3" in done.one_line
    assert "r3 > r4" in after.one_line
    assert client.failures == []
    assert not drill.belongings.running()


@pytest.mark.parametrize("kept", ["supersede"], indirect=True)
def test_a_second_deployment_supersedes_the_first(drill: Drill, kept: Repository) -> None:
    with SteadyClient(url_of(kept, "production")) as client:
        first = canary(drill, kept)
        second = drill.command(
            kept, "deploy", "production", "--strategy", "rolling", *FORCED, within_s=120
        )
        done = first.wait(within_s=60)
    drill.command(kept, "down")

    assert second.exit_code == 0, str(second)
    assert done.exit_code == 23, str(done)
    assert "superseded by execution" in done.one_line
    assert "r2 > r4" in second.one_line
    assert client.failures == []
    assert not drill.belongings.running()
