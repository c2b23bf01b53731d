"""Acceptance point 5: whatever breaks, the exit code is right and nothing is left running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess

import pytest

from tests.acceptance.conftest import Show
from tests.acceptance.containers import containers_of, existing, remove
from tests.acceptance.outcomes import COLUMNS, Fault, Outcome
from tests.e2e.drills.drill import SAMPLE_SERVICE, Drill
from tests.e2e.drills.journals import begins_step
from tests.e2e.drills.pipeline_run import PipelineRun, Running
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true

ALTERING_TEST = """
    import pathlib


    def test_somebody_alters_the_artifact():
        for wheel in pathlib.Path(".pipeline/artifacts").glob("*/files/sample_orders*.whl"):
            wheel.chmod(0o644)
            with wheel.open("ab") as file:
                file.write(b"altered")
"""
SLOW_TEST = """
    import subprocess


    def test_it_takes_its_time():
        subprocess.run(["sleep", "301"])
"""
_WITHIN_S = 280


def give(service: Repository, environment: str, **variables: str) -> None:
    lines = "".join(f'{name} = "{value}"\n' for name, value in variables.items())
    service.append(
        "pyproject.toml", f"\n[tool.pytest_pipeline.environments.{environment}.variables]\n{lines}"
    )


def set_run(service: Repository, line: str) -> None:
    service.replace("pyproject.toml", "[tool.pytest_pipeline.run]\n", _RUN.format(line=line))


_RUN = "[tool.pytest_pipeline.run]\n{line}\n"


def never_ready(drill: Drill, service: Repository) -> PipelineRun:
    set_run(service, "deploy_timeout_s = 6")
    give(service, "staging", FAULT_NEVER_READY="1", FAULT_ONLY_IN="staging")
    return drill.pytest(service, "--pipeline", within_s=_WITHIN_S)


def crashing(drill: Drill, service: Repository) -> PipelineRun:
    give(service, "staging", FAULT_CRASH_AFTER_REQUESTS="20", FAULT_ONLY_IN="staging")
    return drill.pytest(service, "--pipeline", within_s=_WITHIN_S)


def altered(drill: Drill, service: Repository) -> PipelineRun:
    service.write("tests/e2e/test_altering.py", ALTERING_TEST)
    return drill.pytest(service, "--pipeline", within_s=_WITHIN_S)


def router_killed(drill: Drill, service: Repository) -> PipelineRun:
    running = rolling_out(drill, service, "Bake")
    [router] = drill.belongings.find("/staging/bootstrap.json")
    os.kill(router, signal.SIGKILL)
    return running.wait(within_s=_WITHIN_S)


def rolling_out(drill: Drill, service: Repository, step: str, *more: str) -> Running:
    running = drill.start_pytest(service, "--pipeline", "--pipeline-through=staging", *more)
    begins_step(running, service, "staging", step, within_s=_WITHIN_S)
    return running


def port_taken(drill: Drill, service: Repository) -> PipelineRun:
    running = drill.start_pytest(service, "--pipeline", "--pipeline-through=dev")
    begins_step(running, service, "dev", "Migrate", within_s=_WITHIN_S)
    # The migration takes long enough: only stable and the inventory listen.
    listening = [each for each in drill.belongings.running().values() if "orders serve" in each]
    port = int(listening[0].rsplit(" ", 1)[1])
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        assert becomes_true(lambda: binds(thief, port), within_s=30, pause_s=0)
        thief.listen()
        return running.wait(within_s=_WITHIN_S)


def binds(thief: socket.socket, port: int) -> bool:
    try:
        thief.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def read_only(drill: Drill, _: Repository) -> PipelineRun:
    fresh = drill.copy(SAMPLE_SERVICE, "read_only")
    undo, command = ["chmod", "u+w"], ["chmod", "a-w"]
    if os.geteuid() == 0:  # who may write wherever permissions forbid it
        undo, command = ["chattr", "-i"], ["chattr", "+i"]
    subprocess.run([*command, str(fresh.root)], check=True, timeout=10)
    try:
        return drill.pytest(fresh, "--pipeline", "-p", "no:cacheprovider")
    finally:
        subprocess.run([*undo, str(fresh.root)], check=True, timeout=10)


def database_killed_beside_stable(drill: Drill, service: Repository) -> PipelineRun:
    running = rolling_out(drill, service, "Bake", "--pipeline-strategy=staging=blue-green")
    kill_database(drill, service)
    return running.wait(within_s=_WITHIN_S)


def database_killed_without_stable(drill: Drill, service: Repository) -> PipelineRun:
    set_run(service, "deploy_timeout_s = 10")
    running = rolling_out(drill, service, "Bake")
    kill_database(drill, service)
    return running.wait(within_s=_WITHIN_S)


def database_killed_in_stage(drill: Drill, service: Repository) -> PipelineRun:
    service.write("tests/integration/test_aa_slow.py", SLOW_TEST.replace("301", "5"))
    running = drill.start_pytest(service, "--pipeline", "--pipeline-through=integration")
    sleeps(drill, running, "sleep 5")
    kill_database(drill, service)
    return running.wait(within_s=_WITHIN_S)


def kill_database(drill: Drill, service: Repository) -> None:
    """Kill the database of the one environment that is up, whoever provides it."""
    for name in existing(containers_of(service)):
        remove(name)
    for pid in drill.belongings.find("/postgres -D"):
        os.kill(pid, signal.SIGKILL)


def interrupted_building(drill: Drill, service: Repository) -> PipelineRun:
    service.append("orders/__init__.py", "\n# the next release\n")
    running = drill.start_pytest(service, "--pipeline")
    running.says("build orders")
    becomes_true(lambda: drill.belongings.find("uv"), within_s=20)
    running.interrupt()
    return running.wait(within_s=30)


def interrupted_testing(drill: Drill, service: Repository) -> PipelineRun:
    service.write("tests/integration/test_aa_slow.py", SLOW_TEST)
    running = drill.start_pytest(service, "--pipeline")
    sleeps(drill, running, "sleep 301")
    running.interrupt()
    return running.wait(within_s=30)


def interrupted_rolling_out(drill: Drill, service: Repository) -> PipelineRun:
    running = rolling_out(drill, service, "Shift")
    running.interrupt()
    return running.wait(within_s=30)


def sleeps(drill: Drill, running: Running, command: str) -> None:
    becomes_true(
        lambda: drill.belongings.find(command) or running.process.poll() is not None,
        within_s=_WITHIN_S,
    )
    assert drill.belongings.find(command), running.output()


STOPPED = ("stopped by Ctrl-C",)
FAULTS = (
    Fault(
        "a candidate is never ready", never_ready, 23,
        ("was not ready within 6 s: /readyz answered 503", "now serving: r2 (100 %)"),
    ),
    Fault(
        "a candidate crashes while it is rolled out", crashing, 23,
        ("ended while it served", "now serving: r2 (100 %)"),
    ),
    Fault(
        "the artifact is altered between staging and production", altered, 26,
        ("is not what was built: altered: sample_orders", "build again"),
    ),
    Fault(
        "Envoy is killed while it is rolled out", router_killed, 23,
        ("the router died and was started again", "now serving: r2 (100 %)"),
    ),
    Fault(
        "somebody takes the port of an instance", port_taken, 23,
        ("of 127.0.0.1 is taken by", "now serving: r2 (100 %)"),
    ),
    Fault("the folder is read-only", read_only, 26, ("cannot write", "make the folder writable")),
    Fault(
        "PostgreSQL is killed during a stage", database_killed_in_stage, 26,
        ("resource database", "of dev died"),
    ),
    Fault(
        "PostgreSQL is killed during a deployment", database_killed_beside_stable, 26,
        ("resource database", "of staging died", "now serving: r2 (100 %)"),
    ),
    Fault(
        "PostgreSQL is killed when stable is replaced", database_killed_without_stable, 24,
        ("resource database", "of staging died", "now serving: r3 (100 %)"),
    ),
    Fault("Ctrl-C while it builds", interrupted_building, 2, STOPPED),
    Fault("Ctrl-C while it tests", interrupted_testing, 2, STOPPED),
    Fault("Ctrl-C while it rolls out", interrupted_rolling_out, 2, STOPPED),
)  # fmt: skip


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """What the faults came to so far."""
    return []


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", FAULTS, ids=[each.name.replace(" ", "-") for each in FAULTS])
def test_whatever_breaks_the_message_helps_and_nothing_is_left(
    drill: Drill, released: Repository, fault: Fault, outcomes: list[Outcome]
) -> None:
    run = fault.act(drill, released)
    left = (*drill.belongings.running().values(), *existing(containers_of(released)))
    outcome = Outcome(fault, run, left)
    outcomes.append(outcome)

    outcome.check()


def test_the_faults_in_a_table(outcomes: list[Outcome], show: Show) -> None:
    show("Faults", COLUMNS, [each.row for each in outcomes])

    assert outcomes
