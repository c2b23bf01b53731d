"""A service that counts, and what puts load on it from several processes."""

from __future__ import annotations

import http.server
import textwrap
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.adapters.locust_load import LocustRunner
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.load import LoadResult, LoadSpec

HEADER = "import os, signal\nfrom locust import FastHttpUser, HttpUser, constant_throughput, task\n"


@dataclass
class Service:
    """A service that counts."""

    url: str = ""
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    state = Service()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            state.paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=SystemClock()) as processes:
        yield processes


Load = Callable[..., LoadResult]


@pytest.fixture
def load(service: Service, processes: GuardedProcesses, tmp_path: Path) -> Load:
    def run(code: str, **asked: Any) -> LoadResult:  # noqa: ANN401 - those of `LoadSpec`
        locustfile = tmp_path / "locustfile_here.py"
        locustfile.write_text(HEADER + textwrap.dedent(code))
        spec = LoadSpec(
            **{
                "locustfile": str(locustfile),
                "url": service.url,
                "users": 4,
                "spawn_rate": 100,
                "duration_s": 1.0,
                "stop_timeout_s": 5.0,
                **asked,
            }
        )
        return LocustRunner(processes, cwd=tmp_path).run(spec, folder=tmp_path)

    return run
