"""A release that is twice as slow is refused, and is no measure for the one after it."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import Show
from tests.acceptance.slower_releases import COLUMNS, Judged
from tests.e2e.drills.drill import SERVICES, Drill
from tests.e2e.drills.repository import Repository

_CONFIGURED = """
[stages.performance]
environment = "staging"

[stages.performance.side_by_side]
runs = 6
duration_s = 1
warm_up_s = 0.5

[[stages.performance.objectives]]
measure = "load.p50_ms"
pass = "<= +10%"

[environments.staging.variables]
FAULT_SLOW_S = "0.03"
"""
_LOCUSTFILE = """
    from locust import HttpUser, constant, task


    class Customer(HttpUser):
        wait_time = constant(0)

        @task
        def ask(self):
            self.client.get("/")
"""
_LOAD_TEST = """
    def test_load(pipeline_load_test):
        result = pipeline_load_test("locustfile.py", users=2, spawn_rate=20, duration_s=1)
        result.assert_valid()
"""


@pytest.fixture
def compared(drill: Drill) -> Repository:
    """The tiny service, whose releases are compared."""
    made = drill.copy(SERVICES / "tiny")
    made.append("pipeline.toml", _CONFIGURED)
    made.write("tests/performance/locustfile.py", _LOCUSTFILE)
    made.write("tests/performance/test_load.py", _LOAD_TEST)
    made.commit("Put load on it")
    return made


@pytest.mark.timeout(900)
def test_a_release_that_was_refused_is_no_measure_for_the_next_one(
    drill: Drill, compared: Repository, show: Show
) -> None:
    first = judged(drill, compared, "the first")
    compared.replace("pipeline.toml", '"0.03"', '"0.06"')
    compared.append("server.py", "\n# Twice as slow.\n")
    slower = judged(drill, compared, "twice as slow")
    compared.append("server.py", "\n# As slow as that.\n")
    as_slow = judged(drill, compared, "as slow as the one before")
    rows = [each.row for each in (first, slower, as_slow)]
    show("releases of the tiny service, side by side", COLUMNS, rows)

    assert (first.run.exit_code, first.objective["verdict"]) == (0, "WARN"), first.run
    for each in (slower, as_slow):
        assert (each.run.exit_code, each.objective["verdict"]) == (20, "FAIL"), each.run
        assert each.stage["side_by_side"]["stable"] == "r1"
    assert not drill.belongings.running()


def judged(drill: Drill, service: Repository, name: str) -> Judged:
    """Return what the pipeline makes of the service as it is now."""
    run = drill.pytest(service, "--pipeline", "--pipeline-through=performance", within_s=300)
    assert run.summary["stages"][-1]["name"] == "performance", run
    return Judged(name, run)
