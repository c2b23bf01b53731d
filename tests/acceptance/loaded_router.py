"""A router with one instance behind it, and load that is put on it and checked."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pytest_pipeline.adapters.envoy.request_ledger import EnvoyRequestLedger
from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import start_envoy
from pytest_pipeline.adapters.locust_load import LocustRunner
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.domain.load_settings import LoadSettings
from pytest_pipeline.domain.routing import Backend, BackendState, Pool, RoutingTable
from pytest_pipeline.engine.counted_load import CountedLoadRunner

CLOCK = SystemClock()
HEADER = "from locust import FastHttpUser, HttpUser, constant_throughput, task\n"


@dataclass
class Instance:
    """What answers: ``/slow`` after 100 ms, ``/hang`` at the end, ``/drop`` two times of three."""

    port: int = 0
    requests: int = 0
    ended: threading.Event = field(default_factory=threading.Event)


@dataclass
class LoadedRouter:
    """A router under load.

    Attributes:
        router: The router.
        instance: What is behind it.
        processes: Runs the generator.
        folder: For files of the load.
    """

    router: EnvoyRouter
    instance: Instance
    processes: GuardedProcesses
    folder: Path

    def run(
        self,
        code: str,
        *,
        past: bool = False,
        senders: int = 1,
        spec: dict[str, float] | None = None,
        meanwhile: Callable[[LoadedRouter], None] | None = None,
    ) -> LoadResult:
        """Put load on it and return the checked result.

        Args:
            code: The locustfile.
            past: Whether the instance is asked itself, and no router.
            senders: Processes that send; count.
            spec: Members of the `LoadSpec` that differ from two users for 2 s.
            meanwhile: What is done as soon as the router got requests.
        """
        locustfile = self.folder / "locustfile.py"
        locustfile.write_text(HEADER + code.replace("INSTANCE", self.instance_url))
        usual: dict[str, float] = {"users": 2, "spawn_rate": 100, "duration_s": 2}
        url = self.instance_url if past else self.router.url
        source = LoadSettings(processes=senders)
        asked = LoadSpec(str(locustfile), url, **{**usual, **(spec or {})}, source=source)  # type: ignore[arg-type]
        runner = CountedLoadRunner(
            LocustRunner(self.processes, cwd=self.folder),
            EnvoyRequestLedger(self.router.counts_at),
        )
        other = threading.Thread(target=self._when_loaded, args=(meanwhile,))
        if meanwhile is not None:
            other.start()
        result = runner.run(asked, folder=self.folder)
        if meanwhile is not None:
            other.join()
        return result

    @property
    def instance_url(self) -> str:
        """Base URL of the instance itself."""
        return f"http://127.0.0.1:{self.instance.port}"

    def _when_loaded(self, act: Callable[[LoadedRouter], None]) -> None:
        deadline_s = CLOCK.now() + 20
        while self.instance.requests < 5 and CLOCK.now() < deadline_s:
            CLOCK.sleep(0.02)
        act(self)


@contextmanager
def loaded_router(folder: Path) -> Iterator[LoadedRouter]:
    """Give a router with an instance behind it.

    Args:
        folder: For files of both.
    """
    instance = Instance()
    handler = type("Handler", (_Handler,), {"instance": instance})
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        GuardedProcesses(clock=CLOCK) as processes,
    ):
        server.daemon_threads = True
        instance.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        router = start_envoy(processes, CLOCK, folder=folder, keep=False)
        backend = Backend("r1-0", "127.0.0.1", instance.port, BackendState.SERVING)
        router.apply(RoutingTable((Pool("r1", 100, (backend,)),)))
        yield LoadedRouter(router, instance, processes, folder)
        instance.ended.set()
        server.shutdown()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    instance: Instance

    def do_GET(self) -> None:
        self.instance.requests += 1
        if self.path == "/slow":
            self.instance.ended.wait(0.1)
        if self.path == "/hang":
            self.instance.ended.wait(20)
        if self.path == "/drop" and self.instance.requests % 3:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", "2")
        with suppress(OSError):  # whoever asked is gone
            self.end_headers()
            self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        return
