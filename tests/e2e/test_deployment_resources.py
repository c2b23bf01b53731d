"""The database dies under a stage, and under a deployment."""

from __future__ import annotations

import os
import signal

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.faults import bake_for
from tests.e2e.drills.journals import begins_step
from tests.e2e.drills.repository import Repository
from tests.e2e.drills.waiting import becomes_true

DATABASE = """

    [resources.database]
    kind = "postgres"
    provider = "embedded"
"""
KILLING_TEST = """
    import os
    import signal

    import psutil


    def test_it_dies(pipeline_resource):
        port = pipeline_resource("database").url.rsplit(":", 1)[1].split("/")[0]
        commands = [  # read by psutil itself, for a process may end meanwhile
            (each, each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"])
        ]
        [server] = [each for each, command in commands if "-D" in command and port in command]
        os.kill(server.pid, signal.SIGKILL)
        server.wait(5)
"""


@pytest.fixture
def stored(tiny: Repository) -> Repository:
    """The tiny service, with a database."""
    tiny.append("pipeline.toml", DATABASE)
    tiny.replace("pipeline.toml", 'ready = "/ready"', _RUN)
    return tiny


_RUN = 'ready = "/ready"\nvariables = { DATABASE_URL = "{resources.database.url}" }'


def test_a_database_killed_during_a_stage_is_named(drill: Drill, stored: Repository) -> None:
    stored.write("tests/integration/test_killing.py", KILLING_TEST)

    run = drill.pytest(stored, "--pipeline")

    assert run.exit_code == 26, str(run)
    assert run.verdicts["integration"] == "ERROR"
    assert "resource database (embedded 18" in run.output
    assert "of dev died; its log: " in run.output
    assert not drill.belongings.running()


def test_a_database_killed_during_a_deployment_is_named(drill: Drill, stored: Repository) -> None:
    bake_for(stored, "staging", 20)
    running = drill.start_pytest(stored, "--pipeline")
    begins_step(running, stored, "staging", "Bake")
    [server] = drill.belongings.find("/postgres -D")

    os.kill(server, signal.SIGKILL)
    run = running.wait()

    assert run.exit_code == 26, str(run)
    assert "resource database (embedded 18" in run.output
    assert "of staging died" in run.output
    assert becomes_true(lambda: not drill.belongings.running(), within_s=5)
