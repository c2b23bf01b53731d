"""The capacity of a service is found, apart from its environments."""

from __future__ import annotations

import json

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

#: One request after the other, each in 20 ms: an instance serves 50 a second.
KNOWN_RATE = 50
LOCUSTFILE = """
    from locust import FastHttpUser, task

    class Reader(FastHttpUser):
        @task
        def read(self) -> None:
            self.client.get("/")
"""


@pytest.fixture
def limited(tiny: Repository) -> Repository:
    """The tiny service, answering one request after the other."""
    tiny.replace("server.py", 'time.sleep(float(fault("SLOW_S") or 0))', "self.work()")
    tiny.replace(
        "server.py",
        "    def do_POST(",
        "    def work(self) -> None:\n"
        "        with self.working:\n"
        "            time.sleep(0.02)\n\n"
        "    def do_POST(",
    )
    tiny.replace(
        "server.py", "    answered = 0", "    answered = 0\n    working = threading.Lock()"
    )
    tiny.write("tests/e2e/locustfile_reading.py", LOCUSTFILE)
    return tiny


def test_the_rate_that_a_service_is_known_to_hold_is_found_and_nothing_is_left(
    drill: Drill, limited: Repository
) -> None:
    asked = ("--instances=1", "--from=35", "--to=70", "--precision=100", "--duration=1")

    run = drill.command(
        *(limited, "capacity", "staging", *asked, "--warm-up=0", "--format=json"),
        "--objective=load.p95_ms < 220",
    )

    assert run.exit_code == 0, str(run)
    assert not drill.belongings.running()
    record = json.loads(run.output[run.output.index("\n{\n") :])
    (found,) = record["capacities"]
    assert found["capacity"] < KNOWN_RATE < found["ceiling"], str(run)
    assert found["limit"] == "latency"
    assert record["locustfile"] == "tests/e2e/locustfile_reading.py"
    assert not (limited.state / "ledger.db").exists()


def test_ctrl_c_leaves_nothing_running(drill: Drill, limited: Repository) -> None:
    running = drill.start_command(
        *(limited, "capacity", "staging", "--instances=1", "--warm-up=0", "--duration=1"),
        "--objective=load.p95_ms < 220",
    )
    running.says("1 instance, 20/s: held")
    running.interrupt()
    run = running.wait(within_s=30)

    assert run.exit_code == 2, str(run)
    assert not drill.belongings.running()
