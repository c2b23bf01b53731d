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


def test_two_processes_share_the_users_and_every_request_is_counted(
    load: Load, service: Service
) -> None:
    result = load(PACED, duration_s=2.0, source=TWO)

    result.assert_valid()
    assert result.requests == len(service.paths)
    first, second = Counter(service.paths).values()
    assert abs(first - second) <= 8
    assert result.intended_requests_per_s == pytest.approx(40, rel=0.1)
    assert 1.8 <= result.duration_s <= 3.0


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


def test_each_user_takes_an_item_of_its_own_whatever_process_it_is_in(
    load: Load, service: Service
) -> None:
    result = load(
        """
        from pytest_pipeline.load_data import load_data, take
        class Buyer(HttpUser):
            wait_time = constant_throughput(2)
            def on_start(self):
                self.name = take("customers")["name"]
            @task
            def get(self):
                self.client.get("/" + self.name + load_data("suffix") + os.environ["TOKEN"])
        """,
        source=TWO,
        data={"customers": [{"name": name} for name in "abcd"], "suffix": "-x-"},
        variables={"TOKEN": "t0ken"},
    )

    result.assert_valid()
    assert {*service.paths} == {f"/{name}-x-t0ken" for name in "abcd"}


def test_what_is_secret_is_left_nowhere(load: Load, tmp_path: Path) -> None:
    load(PACED, data={"password": "s3cret"}, variables={"TOKEN": "s3cret"}, source=TWO)

    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"s3cret" in path.read_bytes()]


def _line(process: psutil.Process) -> str:
    return " ".join(process.info["cmdline"] or ())
