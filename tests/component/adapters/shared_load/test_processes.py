"""Several processes of one machine send as one, and none of them is lost unseen."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import psutil
import pytest

from pytest_pipeline.domain.load_settings import LoadSettings
from tests.component.adapters.shared_load.conftest import Load, Service

TWO = LoadSettings(processes=2)
PACED = """
    class Buyer(HttpUser):
        wait_time = constant_throughput(10)
        @task
        def get(self):
            self.client.get(f"/{os.getpid()}")
"""
#: Four users, of whom each asks for its own item, with what else it was given.
GIVEN = """
    from pytest_pipeline.load_data import load_data, take
    class Buyer(HttpUser):
        wait_time = constant_throughput(10)
        def on_start(self):
            self.name = take("customers")["name"]
        @task
        def get(self):
            own = self.name + load_data("suffix") + os.environ["TOKEN"]
            self.client.get(f"/{os.getpid()}?{own}", name="/")
"""


def test_two_processes_share_users_and_items_and_leave_no_secret(
    load: Load, service: Service, tmp_path: Path
) -> None:
    result = load(
        GIVEN,
        duration_s=2.0,
        source=TWO,
        data={"customers": [{"name": name} for name in "abcd"], "suffix": "-s3cr3t"},
        variables={"TOKEN": "-t0ken"},
    )

    result.assert_valid()
    assert result.requests == len(service.paths)
    assert len({path.partition("?")[0] for path in service.paths}) == 2
    assert {path.partition("?")[2] for path in service.paths} == {
        f"{name}-s3cr3t-t0ken" for name in "abcd"
    }
    assert result.intended_requests_per_s == pytest.approx(40, rel=0.1)
    assert 1.8 <= result.duration_s <= 4.0
    assert not [path for path in tmp_path.rglob("*") if _holds(path, b"s3cr3t", b"t0ken")]


def test_two_processes_share_the_tasks_of_a_rate(load: Load, service: Service) -> None:
    result = load(PACED, users=0, spawn_rate=0, rate=40, duration_s=2.0, source=TWO)

    result.assert_valid()
    assert result.requests == len(service.paths) == 80
    assert [*Counter(service.paths).values()] == [40, 40]


def test_a_process_that_is_killed_makes_the_result_invalid_and_nobody_waits_for_it(
    load: Load, tmp_path: Path
) -> None:
    result = load(
        """
        class Buyer(HttpUser):
            wait_time = constant_throughput(10)
            @task
            def get(self):
                self.client.get("/")
                if self.environment.runner.worker_index == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        """,
        duration_s=20.0,
        source=TWO,
    )

    assert any("was lost: it died" in each for each in result.problems), result.problems
    assert result.duration_s < 10
    assert not [each for each in psutil.process_iter(["cmdline"]) if str(tmp_path) in _line(each)]


def _line(process: psutil.Process) -> str:
    return " ".join(process.info["cmdline"] or ())


def _holds(path: Path, *secrets: bytes) -> bool:
    return path.is_file() and any(secret in path.read_bytes() for secret in secrets)
