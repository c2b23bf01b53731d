"""Locust's own count and Envoy's agree to the last request, and what slips by them is found."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_pipeline.adapters.envoy.request_ledger import EnvoyRequestLedger
from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import start_envoy
from pytest_pipeline.adapters.locust_load import LocustRunner
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.domain.routing import Backend, BackendState, Pool, RoutingTable
from pytest_pipeline.engine.counted_load import CountedLoadRunner
from pytest_pipeline.errors import RouterError

pytest.importorskip("psutil")

CLOCK = SystemClock()
HEADER = "from locust import FastHttpUser, HttpUser, constant_throughput, task\n"
USERS = """
class Slow(HttpUser):
    wait_time = constant_throughput(10)
    @task
    def get(self):
        self.client.get({path!r})

class Fast(FastHttpUser):
    wait_time = constant_throughput(10)
    @task
    def get(self):
        self.client.get({path!r})
"""


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers; ``/moved`` leads elsewhere; of ``/drop`` every third has no answer."""

    protocol_version = "HTTP/1.1"
    drops = 0

    def do_GET(self) -> None:
        if self.path == "/drop":
            _Handler.drops += 1
            if _Handler.drops % 3 == 0:
                self.close_connection = True
                return
        self.send_response(302 if self.path == "/moved" else 200)
        if self.path == "/moved":
            self.send_header("Location", "/there")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=CLOCK) as processes:
        yield processes


@pytest.fixture(scope="module")
def instance_port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def router(processes: GuardedProcesses, instance_port: int, tmp_path: Path) -> EnvoyRouter:
    router = start_envoy(processes, CLOCK, folder=tmp_path, keep=False)
    backend = Backend("r1-0", "127.0.0.1", instance_port, BackendState.SERVING)
    router.apply(RoutingTable((Pool("r1", 100, (backend,)),)))
    return router


Load = Callable[[str], LoadResult]


@pytest.fixture
def load(router: EnvoyRouter, processes: GuardedProcesses, tmp_path: Path) -> Load:
    def run(code: str) -> LoadResult:
        locustfile = tmp_path / "locustfile.py"
        locustfile.write_text(HEADER + code)
        spec = LoadSpec(str(locustfile), router.url, users=2, spawn_rate=100, duration_s=1)
        runner = CountedLoadRunner(
            LocustRunner(processes, cwd=tmp_path), EnvoyRequestLedger(router.counts_at)
        )
        return runner.run(spec, folder=tmp_path)

    return run


def test_both_clients_agree_with_the_router_to_the_last_request_redirects_included(
    load: Load, router: EnvoyRouter
) -> None:
    result = load(USERS.format(path="/moved"))

    got = EnvoyRequestLedger(router.counts_at).requests(router.url)
    result.assert_valid()
    assert not any("router" in each for each in result.remarks)
    assert result.sent is not None
    assert result.sent.answered == got == 2 * result.requests > 0


def test_dropped_requests_are_no_reason_to_doubt_the_count(load: Load) -> None:
    result = load(USERS.format(path="/drop"))

    result.assert_valid()
    assert result.failures
    assert result.sent is not None


def test_requests_past_the_router_are_counted(load: Load, instance_port: int) -> None:
    result = load(USERS.format(path=f"http://127.0.0.1:{instance_port}/"))

    assert f"the router got 0 of {result.requests} answered requests" in result.problems[0]


def test_requests_that_nobody_reported_are_counted(load: Load) -> None:
    code = """
import urllib.request
class Buyer(HttpUser):
    wait_time = constant_throughput(10)
    @task
    def get(self):
        self.client.get("/")
        urllib.request.urlopen(self.host + "/unseen", timeout=5).read()
"""

    result = load(code)

    assert f"{result.requests} were sent again unseen, or by somebody else" in result.problems[0]


def test_what_a_mounted_retry_sends_again_is_counted(
    processes: GuardedProcesses, instance_port: int, tmp_path: Path
) -> None:
    code = """
from requests.adapters import HTTPAdapter
from urllib3.util import Retry
class Buyer(HttpUser):
    wait_time = constant_throughput(10)
    def on_start(self):
        self.client.mount("http://", HTTPAdapter(max_retries=Retry(3, backoff_factor=0)))
    @task
    def get(self):
        self.client.get("/drop")
"""
    locustfile = tmp_path / "locustfile.py"
    locustfile.write_text(HEADER + code)
    url = f"http://127.0.0.1:{instance_port}"  # a router would answer in place of the drop
    spec = LoadSpec(str(locustfile), url, users=2, spawn_rate=100, duration_s=1)

    result = LocustRunner(processes, cwd=tmp_path).run(spec, folder=tmp_path)

    assert result.failures == 0
    assert any("were sent again unseen" in each for each in result.problems)


def test_an_address_of_another_router_is_unknown(router: EnvoyRouter) -> None:
    ledger = EnvoyRequestLedger(router.counts_at)

    assert ledger.requests("http://127.0.0.1:1") is None
    assert ledger.requests(router.preview_url) == 0


def test_a_router_that_was_stopped_says_nothing(router: EnvoyRouter) -> None:
    ledger = EnvoyRequestLedger(router.counts_at)
    router.stop()

    with pytest.raises(RouterError, match="it was stopped or started anew"):
        ledger.requests(router.url)
