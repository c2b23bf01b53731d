"""While a load runs, its processes say how it goes; after it, or when they died, they do not."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from pytest_pipeline.adapters.locust_load import LocustRunner
from pytest_pipeline.adapters.locust_load.pulses import OLDEST_S, read_pulse
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.domain.load_pulse import LoadPulse

pytest.importorskip("psutil")

PULSE = LoadPulse(1.0, 5.0, 2, 20, 20.0, 3.5, 0)
LOCUSTFILE = """
from locust import HttpUser, constant_throughput, task
class Reader(HttpUser):
    wait_time = constant_throughput(20)
    @task
    def get(self):
        self.client.get("/")
"""


@pytest.fixture
def url() -> Iterator[str]:
    handler = type("Handler", (http.server.BaseHTTPRequestHandler,), {"do_GET": _answer})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _answer(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def beat(folder: Path, content: str = "") -> Path:
    """Write the pulse of a process into the folder of a stage."""
    own = folder / "load-test" / "load-run"
    own.mkdir(parents=True, exist_ok=True)
    path = own / f"live-{len([*own.iterdir()])}.json"
    path.write_text(content or json.dumps(asdict(PULSE)))
    return path


def test_the_processes_of_a_load_are_read_together(tmp_path: Path) -> None:
    beat(tmp_path)
    beat(tmp_path)

    found = read_pulse(tmp_path)

    assert found is not None
    assert found.requests == 40


@pytest.mark.parametrize("content", ["{", "[]", '{"users": 1}'])
def test_what_cannot_be_read_is_left_out(tmp_path: Path, content: str) -> None:
    beat(tmp_path, content)

    assert read_pulse(tmp_path) is None


def test_a_process_that_died_has_no_pulse(tmp_path: Path) -> None:
    path = beat(tmp_path)
    then_s = path.stat().st_mtime - OLDEST_S - 1
    os.utime(path, (then_s, then_s))

    assert read_pulse(tmp_path) is None


def test_a_load_has_a_pulse_while_it_runs_and_none_after_it(tmp_path: Path, url: str) -> None:
    locustfile = tmp_path / "locustfile.py"
    locustfile.write_text(LOCUSTFILE)
    folder = tmp_path / "load-test"
    folder.mkdir()
    seen: list[LoadPulse] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            found = read_pulse(tmp_path)
            seen.extend([found] if found else [])

    thread = threading.Thread(target=watch)
    thread.start()
    with GuardedProcesses(clock=SystemClock()) as processes:
        spec = LoadSpec(str(locustfile), url, users=2, spawn_rate=100, duration_s=2.5)
        result = LocustRunner(processes, cwd=tmp_path).run(spec, folder=folder)
    ended.set()
    thread.join()

    assert read_pulse(tmp_path) is None
    last = seen[-1]
    assert last.users == 2
    assert 0 < last.requests <= result.requests
    assert last.p95_ms is not None
    assert last.duration_s == 2.5
