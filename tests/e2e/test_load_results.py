"""A load that cannot be trusted is ERROR, in a stage as in a pipeline."""

from __future__ import annotations

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

#: Its user asks once more by a client of its own, of which Locust hears nothing.
LOCUSTFILE = """
    from urllib.request import urlopen

    from locust import FastHttpUser, constant_throughput, task

    class Reader(FastHttpUser):
        wait_time = constant_throughput(10)

        def on_start(self) -> None:
            urlopen(self.host + "/", timeout=5).read()

        @task
        def read(self) -> None:
            self.client.get("/")
"""
TEST = """
    def test_load(pipeline_load_test):
        pipeline_load_test(
            "locustfile.py", users=1, spawn_rate=1, duration_s=1, user_classes=["CLASS"])
"""


def test_requests_that_the_generator_knows_nothing_of_are_found_at_the_router(
    drill: Drill, tiny: Repository
) -> None:
    tiny.write("tests/integration/locustfile.py", LOCUSTFILE)
    tiny.write("tests/integration/test_load.py", TEST.replace("CLASS", "Reader"))

    run = drill.pytest(tiny, "--pipeline", "--pipeline-through=integration")

    assert run.exit_code == 26, run
    assert run.summary["stages"][-1]["verdict"] == "ERROR"
    assert ": 1 were sent again unseen, or by somebody else" in run.output


def test_a_load_that_never_began_says_nothing_of_the_release(
    drill: Drill, tiny: Repository
) -> None:
    tiny.write("tests/integration/locustfile.py", LOCUSTFILE)
    tiny.write("tests/integration/test_load.py", TEST.replace("CLASS", "Nobody"))

    run = drill.pytest(tiny, "--pipeline", "--pipeline-through=integration")

    assert run.exit_code == 26, run
    assert run.summary["stages"][-1]["verdict"] == "ERROR"
    assert "Nobody" in run.output
