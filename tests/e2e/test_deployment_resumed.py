"""Controllers killed at every kind of step, and deployments that `resume` and `abort` end well."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.drills.clients import SteadyClient, release_at
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.journals import journal
from tests.e2e.drills.kept import url_of
from tests.e2e.drills.pipeline_run import Running
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true

FORCED = ("--force", "--reason", "a drill")
#: Steps that are over in no time are looked for this often, seconds.
POLL_S = 0.002

SMOKE_TEST = """
    def test_it_greets(pipeline_http):
        assert pipeline_http.get("/").json()["greeting"] == "hello"
"""


@pytest.fixture
def keep(drill: Drill, released: Repository) -> Callable[[str], Repository]:
    """Returns the tiny service, whose r2 serves in production; the next goes by the options."""

    def kept_with(production: str) -> Repository:
        released.replace("pipeline.toml", "[run]\n", '[run]\nmigrate = ["sleep", "0.3"]\n')
        released.write("tests/e2e/test_preview.py", SMOKE_TEST)
        before = 'strategy = "blue-green"\noptions = { bake_s = 0.5 }\n'
        released.replace("pipeline.toml", before, production)
        built = drill.pytest(released, "--pipeline-stage=unit")
        assert built.exit_code == 0, str(built)
        run = drill.command(released, "deploy", "production", "--strategy", "rolling", *FORCED)
        assert run.exit_code == 0, str(run)
        return released

    return kept_with


def kill_at(running: Running, repository: Repository, step: str, *, after: int) -> int:
    """Kill a command once it began a step of the latest deployment.

    Args:
        running: The command.
        repository: Its service.
        step: Type of the step.
        after: Entries of the journal that others wrote; count.

    Returns:
        Entries of the journal then; count.
    """

    def begun() -> bool:
        new = journal(repository, "production")[after:]
        return any(each["kind"] == "intent" and each["step"]["type"] == step for each in new)

    becomes_true(lambda: begun() or running.process.poll() is not None, within_s=60, pause_s=POLL_S)
    running.kill()
    assert begun(), f"did not begin {step}:\n{running.output()}"
    return len(journal(repository, "production"))


def deploy_new(drill: Drill, repository: Repository) -> Running:
    """Start a deployment and wait for its journal."""
    before = len(list(repository.state.glob("journal/*-production.jsonl")))
    running = drill.start_command(repository, "deploy", "production", *FORCED)
    found = becomes_true(
        lambda: len(list(repository.state.glob("journal/*-production.jsonl"))) > before,
        within_s=60,
        pause_s=POLL_S,
    )
    assert found, running.output()
    return running


def test_a_deployment_killed_at_one_step_after_the_other_is_resumed_to_its_end(
    drill: Drill, keep: Callable[[str], Repository]
) -> None:
    kept = keep(
        'strategy = "blue-green"\n'
        'options = { smoke_tests = ["tests/e2e/test_preview.py::test_it_greets"], '
        "bake_s = 1, scale_down_delay_s = 1 }\n"
    )
    later = ("Launch", "AwaitHealthy", "Shift", "Smoke", "Bake", "DelayScaleDown", "Drain", "Stop")
    with SteadyClient(url_of(kept, "production")) as client:
        entries = kill_at(deploy_new(drill, kept), kept, "Migrate", after=0)
        for step in later:
            running = drill.start_command(kept, "resume", "production")
            entries = kill_at(running, kept, step, after=entries)
        status = drill.command(kept, "status", "production")
        run = drill.command(kept, "resume", "production")
        again = drill.command(kept, "resume", "production")
        served = release_at(url_of(kept, "production"))
    end = journal(kept, "production")[-1]
    drill.command(kept, "down")

    assert "r2 > r3 (blue-green)" in status.one_line
    assert run.exit_code == 0, str(run)
    assert "production: Succeeded: r2 > r3" in run.one_line
    assert again.exit_code == 4, str(again)
    assert (end["kind"], end["phase"]) == ("ended", "succeeded")
    assert served == "r3"
    assert client.failures == []
    assert client.releases == ["r2", "r3"]
    assert not drill.belongings.running()


def test_a_deployment_killed_within_a_hook_is_aborted(
    drill: Drill, keep: Callable[[str], Repository]
) -> None:
    kept = keep(
        'strategy = "in-place"\n'
        'options = { hooks = { ValidateService = ["sleep", "0.3"] }, bake_s = 0.3 }\n'
    )
    with SteadyClient(url_of(kept, "production")) as client:
        kill_at(deploy_new(drill, kept), kept, "RunHook", after=0)
        run = drill.command(kept, "abort", "production", "--reason", "its controller died")
        served = release_at(url_of(kept, "production"))
    end = journal(kept, "production")[-1]
    drill.command(kept, "down")

    assert run.exit_code == 0, str(run)
    assert (end["kind"], end["phase"]) == ("ended", "rolled back")
    assert served == "r2"
    assert client.failures == []
    assert client.releases == ["r2"]
    assert not drill.belongings.running()


def test_a_deployment_killed_while_it_waits_for_promotion_waits_on_and_is_promoted(
    drill: Drill, keep: Callable[[str], Repository]
) -> None:
    kept = keep(
        'strategy = "canary"\n'
        'options = { steps = [{ weight = 50, pause = "promotion" }], bake_s = 0.3 }\n'
    )
    with SteadyClient(url_of(kept, "production")) as client:
        entries = kill_at(deploy_new(drill, kept), kept, "AwaitPromotion", after=0)
        resumed = drill.start_command(kept, "resume", "production")
        waits = becomes_true(
            lambda: "AwaitPromotion" in str(journal(kept, "production")[entries:]), within_s=30
        )
        promote = drill.command(kept, "promote", "production")
        run = resumed.wait(within_s=60)
    drill.command(kept, "down")

    assert waits, resumed.output()
    assert promote.exit_code == 0, str(promote)
    assert run.exit_code == 0, str(run)
    assert client.failures == []
    assert client.releases == ["r2", "r3"]
    assert not drill.belongings.running()
