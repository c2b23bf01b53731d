"""What every router does, asked of the fake and of the real one."""

import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Protocol

import pytest

from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import start_envoy
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.routing import Backend, BackendState, Pool, RoutingTable
from pytest_pipeline.errors import RouterError
from pytest_pipeline.testing.fake_router import FakeRouter
from pytest_pipeline.testing.loopback_instance import LoopbackInstance


class Bench(Protocol):
    """A router with an instance ``r7-0``, and clients that can be told what to do."""

    @property
    def router(self) -> FakeRouter | EnvoyRouter: ...

    def backend(self, *, draining: bool = False) -> Backend: ...

    def ask(self, count: int) -> None:
        """Have requests answered."""

    def hold_request(self) -> None:
        """Have a request in flight."""

    def finish_request(self) -> None:
        """Have it answered."""


class FakeBench:
    def __init__(self) -> None:
        self.router = FakeRouter()

    def backend(self, *, draining: bool = False) -> Backend:
        state = BackendState.DRAINING if draining else BackendState.SERVING
        return Backend("r7-0", "127.0.0.1", 8000, state)

    def ask(self, count: int) -> None:
        self.router.set_statistics("r7", PoolStatistics(count, 0, 1.0))

    def hold_request(self) -> None:
        self.router.set_active_requests("r7-0", 1)

    def finish_request(self) -> None:
        self.router.set_active_requests("r7-0", 0)


class EnvoyBench:
    def __init__(self, router: EnvoyRouter, instance: LoopbackInstance) -> None:
        self.router = router
        self._instance = instance
        self._client: threading.Thread | None = None

    def backend(self, *, draining: bool = False) -> Backend:
        return self._instance.backend(draining=draining)

    def ask(self, count: int) -> None:
        for _ in range(count):
            self._get("/")

    def hold_request(self) -> None:
        self._client = threading.Thread(target=self._get, args=["/hold"], daemon=True)
        self._client.start()
        self._instance.await_held(1)

    def finish_request(self) -> None:
        self._instance.release()
        if self._client is not None:
            self._client.join(10)

    def _get(self, path: str) -> None:
        connection = HTTPConnection(self.router.url.removeprefix("http://"), timeout=10)
        connection.request("GET", path)
        connection.getresponse().read()
        connection.close()


@pytest.fixture(params=["fake", "envoy"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "fake":
        yield FakeBench()
        return
    clock = SystemClock()
    with GuardedProcesses(clock=clock) as processes, LoopbackInstance("r7-0") as instance:
        yield EnvoyBench(start_envoy(processes, clock, folder=tmp_path, keep=False), instance)


def serving(bench: Bench) -> RoutingTable:
    return RoutingTable((Pool("r7", 100, (bench.backend(),)),))


def draining(bench: Bench) -> RoutingTable:
    return RoutingTable((Pool("r7", 0, (bench.backend(draining=True),)),))


def test_a_new_router_runs_and_routes_nothing(bench: Bench) -> None:
    assert bench.router.is_running()
    assert bench.router.active_requests("r7-0") == 0
    assert bench.router.statistics("r7") == PoolStatistics()


def test_the_url_stays_the_same(bench: Bench) -> None:
    before = bench.router.url

    bench.router.apply(serving(bench))

    assert bench.router.url == before


def test_an_applied_table_is_remembered(bench: Bench) -> None:
    bench.router.apply(serving(bench))
    bench.router.apply(serving(bench))

    assert bench.router.table == serving(bench)


def test_answers_are_counted_for_their_pool(bench: Bench) -> None:
    bench.router.apply(serving(bench))

    bench.ask(3)

    assert bench.router.statistics("r7").requests == 3
    assert bench.router.statistics("r8") == PoolStatistics()


def test_a_pool_that_left_the_table_is_forgotten(bench: Bench) -> None:
    bench.router.apply(serving(bench))
    bench.ask(3)

    bench.router.apply(RoutingTable())

    assert bench.router.statistics("r7") == PoolStatistics()


def test_a_draining_backend_still_has_its_request_in_flight(bench: Bench) -> None:
    bench.router.apply(serving(bench))
    bench.hold_request()

    bench.router.apply(draining(bench))

    assert bench.router.active_requests("r7-0") == 1


def test_a_drained_backend_has_none(bench: Bench) -> None:
    bench.router.apply(serving(bench))
    bench.hold_request()
    bench.router.apply(draining(bench))

    bench.finish_request()

    assert bench.router.active_requests("r7-0") == 0


def test_a_backend_that_is_not_routed_has_no_request_in_flight(bench: Bench) -> None:
    bench.router.apply(serving(bench))
    bench.hold_request()

    bench.router.apply(RoutingTable())
    active = bench.router.active_requests("r7-0")
    bench.finish_request()

    assert active == 0


def test_a_stopped_router_does_not_run_and_can_be_stopped_again(bench: Bench) -> None:
    bench.router.stop()
    bench.router.stop()

    assert not bench.router.is_running()


def test_a_dead_router_says_so_whatever_it_is_asked(bench: Bench) -> None:
    bench.router.apply(serving(bench))
    bench.router.stop()

    with pytest.raises(RouterError, match="died"):
        bench.router.apply(serving(bench))
    with pytest.raises(RouterError, match="died"):
        bench.router.statistics("r7")
    with pytest.raises(RouterError, match="died"):
        bench.router.active_requests("r7-0")
