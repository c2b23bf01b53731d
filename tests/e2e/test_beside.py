"""Stable serves beside the release under test while a stage compares them, and not any longer."""

from __future__ import annotations

import json

import pytest

from tests.e2e.drills.clients import release_at
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.kept import url_of
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true

COMPARED = """
[stages.integration.side_by_side]
[[stages.integration.objectives]]
measure = "load.p95_ms"
pass = "<= +10%"
"""
BOTH = """
    import json
    from pathlib import Path

    import requests

    def test_who_answers(request):
        ROOT = request.config.rootpath
        handoff = request.getfixturevalue("pipeline_environment")
        answers = [requests.get(url, timeout=5).json()
                   for url in (handoff.url, handoff.beside.url)]
        (ROOT / ".pipeline" / "seen.json").write_text(
            json.dumps([each["release"] for each in answers]))
"""
WAITING = """
    import threading

    def test_it_takes_long():
        threading.Event().wait(60)
"""


@pytest.fixture
def compared(released: Repository) -> Repository:
    """The tiny service whose next release is compared with the one that was promoted."""
    released.append("pipeline.toml", COMPARED)
    released.append("server.py", "\n# changed\n")
    return released


def seen(repository: Repository) -> list[str]:
    """Return who answered at the environment's address, and beside it."""
    found: list[str] = json.loads((repository.state / "seen.json").read_text(encoding="utf-8"))
    return found


def objective(run: PipelineRun) -> dict[str, str]:
    """Return the objective that compares."""
    (found,) = [
        each for each in run.summary["stages"][-1]["objectives"] if each["measure"] == "load.p95_ms"
    ]
    return dict(found)


def test_tests_reach_both_releases_and_nothing_is_left(drill: Drill, compared: Repository) -> None:
    compared.write("tests/integration/test_who.py", BOTH)

    run = drill.pytest(compared, "--pipeline", "--pipeline-through=integration")

    assert run.exit_code == 21, run
    assert seen(compared) == ["r2", "r1"]
    assert "dev: r1 serves beside r2, to compare load with" in run.output
    assert objective(run)["reason"] == "load.p95_ms was not measured"
    assert run.summary["stages"][-1]["side_by_side"] == {
        "stable": "r1",
        "missing": "",
        "passed_over": "",
        "loads": [],
    }
    assert not drill.belongings.running()


def test_ctrl_c_ends_both_releases_of_a_stage_on_its_own(
    drill: Drill, compared: Repository
) -> None:
    compared.write("tests/integration/test_long.py", WAITING)
    drill.pytest(compared, "--pipeline-stage=unit")
    running = drill.start_pytest(compared, "--pipeline-stage=integration")
    running.says("dev: r1 serves beside r2")
    running.says("test_address.py")
    running.interrupt()

    run = running.wait()

    assert run.exit_code == 2, run
    assert not drill.belongings.running()


def test_a_killed_controller_leaves_the_candidate_alone_in_a_kept_environment(
    drill: Drill, compared: Repository
) -> None:
    compared.write("tests/integration/test_long.py", WAITING)
    through = "--pipeline-through=integration"
    running = drill.start_pytest(compared, "--pipeline", "--pipeline-keep", through)
    running.says("r1 serves beside r2")
    both = len(drill.belongings.find("server.py"))
    running.kill()

    gone = becomes_true(lambda: len(drill.belongings.find("server.py")) == 1, within_s=10)
    status = drill.command(compared, "status")
    serving = release_at(url_of(compared, "dev"))
    again = drill.command(compared, "rollback", "dev")
    after = release_at(url_of(compared, "dev"))
    drill.command(compared, "down")

    assert both == 2
    assert gone
    assert "(1 of 1 instances, router answers)" in status.one_line
    assert serving == "r2"
    assert again.exit_code == 0, again
    assert after == "r1"
    assert not drill.belongings.running()
