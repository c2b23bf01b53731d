"""Ctrl-C, SIGTERM and SIGKILL: nothing runs on, and the next run is green."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.faults import bake_for
from tests.e2e.drills.journals import begins_step
from tests.e2e.drills.pipeline_run import Running
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true

#: Longest time that anything may run on after its controller was killed, seconds.
WITHIN_S = 5.0

SLOW_BUILD = """
    import subprocess
    import sys

    subprocess.run(["sleep", "300"])
"""
SLOW_TEST = """
    import subprocess


    def test_it_takes_its_time():
        subprocess.run(["sleep", "300"])
"""


def while_it_builds(drill: Drill, service: Repository) -> Running:
    service.write("build.py", SLOW_BUILD)
    running = drill.start_pytest(service, "--pipeline")
    sleeps(drill, running)
    return running


def while_it_tests(drill: Drill, service: Repository) -> Running:
    service.write("tests/integration/test_slow.py", SLOW_TEST)
    running = drill.start_pytest(service, "--pipeline")
    sleeps(drill, running)
    return running


def while_it_rolls_out(drill: Drill, service: Repository) -> Running:
    bake_for(service, "dev", 60)
    running = drill.start_pytest(service, "--pipeline")
    begins_step(running, service, "dev", "Bake")
    return running


def sleeps(drill: Drill, running: Running) -> None:
    becomes_true(
        lambda: drill.belongings.find("sleep 300") or running.process.poll() is not None,
        within_s=60,
    )
    assert drill.belongings.find("sleep 300"), running.output()


Start = Callable[[Drill, Repository], Running]
every_moment = pytest.mark.parametrize(
    "start",
    [
        pytest.param(while_it_builds, id="building"),
        pytest.param(while_it_tests, id="testing"),
        pytest.param(while_it_rolls_out, id="rolling-out"),
    ],
)


@every_moment
def test_ctrl_c_ends_everything_in_order(drill: Drill, released: Repository, start: Start) -> None:
    running = start(drill, released)

    running.interrupt()
    run = running.wait(within_s=30)

    assert run.exit_code == 2, str(run)
    assert not drill.belongings.running()
    assert "stopped by Ctrl-C" in run.output
    assert "unfinished" not in drill.command(released, "history").output


def test_sigterm_does_what_ctrl_c_does(drill: Drill, released: Repository) -> None:
    running = while_it_rolls_out(drill, released)

    running.process.send_signal(signal.SIGTERM)
    run = running.wait(within_s=30)

    assert run.exit_code == 2, str(run)
    assert not drill.belongings.running()


@every_moment
def test_a_killed_controller_takes_everything_with_it_and_the_next_run_is_green(
    drill: Drill, released: Repository, start: Start
) -> None:
    before = {
        name: (released.root / name).read_text(encoding="utf-8")
        for name in ("pipeline.toml", "build.py")
    }
    running = start(drill, released)

    running.kill()
    ended = becomes_true(lambda: not drill.belongings.running(), within_s=WITHIN_S)
    left = drill.belongings.running()
    for name, content in before.items():
        (released.root / name).write_text(content, encoding="utf-8")
    (released.root / "tests/integration/test_slow.py").unlink(missing_ok=True)
    run = drill.pytest(released, "--pipeline", "--pipeline-through=dev")

    assert ended, left
    assert run.exit_code == 0, str(run)
    assert not drill.belongings.running()
    assert "unfinished" in drill.command(released, "history").output
