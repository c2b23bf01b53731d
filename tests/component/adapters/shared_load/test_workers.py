"""Workers of other machines, here of this one: they are told everything, and bring it all back."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pytest_pipeline.domain.load_settings import LoadSettings
from tests.component.adapters.shared_load.conftest import Load, Service

COMMAND = (
    sys.executable,
    "-c",
    "import sys\nfrom pytest_pipeline.cli.main import main\nsys.exit(main())",
)
GREETING = """
    from pytest_pipeline.load_data import take
    class Buyer(HttpUser):
        wait_time = constant_throughput(10)
        def on_start(self):
            self.name = take("customers")
        @task
        def get(self):
            self.client.get("/" + self.name + os.environ["TOKEN"])
"""
DATA = {"customers": ["a", "b", "c", "d"]}
TOKEN = {"TOKEN": "-t0ken"}

StartWorker = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def start_worker(address: str, tmp_path: Path) -> Iterator[StartWorker]:
    started: list[subprocess.Popen[str]] = []

    def start(name: str, *options: str) -> subprocess.Popen[str]:
        command = (*COMMAND, "load", "worker", address, "--name", name, "--for", "100", *options)
        popen = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(popen)
        return popen

    yield start
    for popen in started:
        popen.send_signal(signal.SIGINT)
    for popen in started:
        popen.communicate(timeout=20)


def test_two_workers_serve_one_load_after_another_and_every_request_is_counted(
    load: Load, service: Service, address: str, start_worker: StartWorker
) -> None:
    source = LoadSettings(workers=("left", "right"), listen=address)
    through = ("--url", service.url)
    workers = [start_worker("left", *through), start_worker("right", *through)]

    elsewhere = "http://127.0.0.1:9"  # where the load test reaches it, and the workers do not
    asked: dict[str, Any] = {"source": source, "url": elsewhere, "data": DATA, "variables": TOKEN}
    closed = load(GREETING, **asked)
    sent = [*service.paths]
    service.paths.clear()
    rate = load(GREETING, **{**asked, "users": 0, "spawn_rate": 0, "rate": 40})

    closed.assert_valid()
    assert closed.requests == len(sent)
    assert {*sent} == {f"/{name}-t0ken" for name in "abcd"}
    rate.assert_valid()
    assert rate.requests == len(service.paths) == 40
    assert {*Counter(service.paths)} <= {f"/{name}-t0ken" for name in "abcd"}
    assert all(worker.poll() is None for worker in workers)


def test_a_worker_that_is_killed_makes_the_result_invalid_and_leaves_nothing(
    load: Load, address: str, start_worker: StartWorker
) -> None:
    doomed = start_worker("left")

    result = load(
        f"""
        class Buyer(HttpUser):
            wait_time = constant_throughput(10)
            @task
            def get(self):
                self.client.get("/")
                os.kill({doomed.pid}, signal.SIGKILL)
        """,
        duration_s=30.0,
        source=LoadSettings(workers=("left",), listen=address),
    )

    assert any(each.startswith("worker left (process ") for each in result.problems)
    assert result.duration_s < 25
    assert not [each for each in psutil.process_iter(["cmdline"]) if address in _line(each)]


def test_one_whose_locustfile_cannot_be_imported_and_one_whom_nobody_awaits_are_told(
    load: Load, address: str, start_worker: StartWorker
) -> None:
    start_worker("left")
    stranger = start_worker("middle")

    result = load(
        """
        import sys
        if "--worker" in sys.argv:
            raise ImportError("nothing of that name here")
        class Buyer(HttpUser):
            @task
            def get(self):
                self.client.get("/")
        """,
        source=LoadSettings(workers=("left",), listen=address),
    )

    said, _ = stranger.communicate(timeout=20)
    assert result.problems == (
        "worker left could not begin: ImportError: nothing of that name here",
        "no request was sent",
    )
    assert stranger.returncode == 26
    assert "no worker is called 'middle'; the load test waits for left" in said


def _line(process: psutil.Process) -> str:
    return " ".join(process.info["cmdline"] or ())
