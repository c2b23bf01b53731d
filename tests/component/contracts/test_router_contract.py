"""What every router does, asked of the fake and of the real one."""

import threading
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Protocol

import pytest

from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import start_envoy
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.marked_requests import MARKER_HEADER, RoutedRequest, token_of
from pytest_pipeline.domain.routing import (
    Backend,
    BackendState,
    HeaderRoute,
    Pool,
    RoutingTable,
    Stickiness,
    StickySource,
)
from pytest_pipeline.domain.traffic import BY_AN_INSTANCE
from pytest_pipeline.errors import RouterError
from pytest_pipeline.testing.fake_router import FakeRouter
from pytest_pipeline.testing.loopback_instance import LoopbackInstance


class Bench(Protocol):
    """A router with instances ``r7-0`` and ``r8-0``, and clients that do what they are told."""

    @property
    def router(self) -> FakeRouter | EnvoyRouter: ...

    def backend(self, *, draining: bool = False) -> Backend: ...

    def newer(self) -> Backend: ...

    def answering(self, headers: Mapping[str, str]) -> str:
        """Return the release that answers a request; empty for the router itself."""

    def previewed(self) -> str:
        """Return the release that answers at the preview address; empty for the router itself."""

    def ask(self, count: int) -> None:
        """Have requests answered."""

    def ask_marked(self, marker: str) -> None:
        """Have a request with a marker answered, and seen."""

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

    def newer(self) -> Backend:
        return Backend("r8-0", "127.0.0.1", 8001)

    def answering(self, headers: Mapping[str, str]) -> str:
        return self.router.choose(headers, draw=99.9)

    def previewed(self) -> str:
        return self.router.choose_preview()

    def ask(self, count: int) -> None:
        self.router.set_statistics("r7", PoolStatistics(count, 0, 1.0))

    def ask_marked(self, marker: str) -> None:
        self.router.see_marked(RoutedRequest(marker, 200, BY_AN_INSTANCE, "", "r7", "r7-0", 1, 1.0))

    def hold_request(self) -> None:
        self.router.set_active_requests("r7-0", 1)

    def finish_request(self) -> None:
        self.router.set_active_requests("r7-0", 0)


class EnvoyBench:
    def __init__(
        self, router: EnvoyRouter, instance: LoopbackInstance, newer: LoopbackInstance
    ) -> None:
        self.router = router
        self._instance = instance
        self._newer = newer
        self._client: threading.Thread | None = None

    def backend(self, *, draining: bool = False) -> Backend:
        return self._instance.backend(draining=draining)

    def newer(self) -> Backend:
        return self._newer.backend()

    def answering(self, headers: Mapping[str, str]) -> str:
        return get(self.router.url, headers=headers)

    def previewed(self) -> str:
        return get(self.router.preview_url)

    def ask(self, count: int) -> None:
        for _ in range(count):
            get(self.router.url)

    def ask_marked(self, marker: str) -> None:
        get(self.router.url, headers={MARKER_HEADER: marker})
        clock, token = SystemClock(), token_of(marker)
        deadline = clock.now() + 5
        while clock.now() < deadline and marker not in {
            each.marker for each in self.router.marked([token])
        }:
            clock.sleep(0.01)

    def hold_request(self) -> None:
        self._client = threading.Thread(target=get, args=[self.router.url, "/hold"], daemon=True)
        self._client.start()
        self._instance.await_held(1)

    def finish_request(self) -> None:
        self._instance.release()
        if self._client is not None:
            self._client.join(10)


def get(url: str, path: str = "/", headers: Mapping[str, str] | None = None) -> str:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        answer.read()
        return answer.getheader("x-pipeline-release", "")
    finally:
        connection.close()


@pytest.fixture(params=["fake", "envoy"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "fake":
        yield FakeBench()
        return
    clock = SystemClock()
    with (
        GuardedProcesses(clock=clock) as processes,
        LoopbackInstance("r7-0") as instance,
        LoopbackInstance("r8-0") as newer,
    ):
        router = start_envoy(processes, clock, folder=tmp_path, keep=False)
        yield EnvoyBench(router, instance, newer)


def serving(bench: Bench) -> RoutingTable:
    return RoutingTable((Pool("r7", 100, (bench.backend(),)),))


def previewing(
    bench: Bench, *, testers: HeaderRoute | None = None, sticky: Stickiness | None = None
) -> RoutingTable:
    pools = (Pool("r7", 100, (bench.backend(),)), Pool("r8", 0, (bench.newer(),)))
    return RoutingTable(pools, preview="r8", testers=testers, sticky=sticky)


def halves(bench: Bench, *, sticky: Stickiness) -> RoutingTable:
    pools = (Pool("r7", 50, (bench.backend(),)), Pool("r8", 50, (bench.newer(),)))
    return RoutingTable(pools, sticky=sticky)


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


def test_a_new_router_answers_itself_everywhere(bench: Bench) -> None:
    assert bench.router.preview_url != bench.router.url
    assert bench.answering({}) == ""
    assert bench.previewed() == ""


def test_the_preview_address_stays_the_same(bench: Bench) -> None:
    before = bench.router.preview_url

    bench.router.apply(previewing(bench))

    assert bench.router.preview_url == before


def test_a_preview_is_seen_at_its_address_alone(bench: Bench) -> None:
    bench.router.apply(previewing(bench))

    assert bench.previewed() == "r8"
    assert {bench.answering({}) for _ in range(20)} == {"r7"}


def test_a_preview_that_is_taken_back_is_gone(bench: Bench) -> None:
    bench.router.apply(previewing(bench))

    bench.router.apply(serving(bench))

    assert bench.previewed() == ""
    assert bench.router.table == serving(bench)


def test_testers_get_the_pool_of_their_header_whatever_its_weight(bench: Bench) -> None:
    bench.router.apply(previewing(bench, testers=HeaderRoute("x-tester", "yes", "r8")))

    assert bench.answering({"X-Tester": "yes"}) == "r8"
    assert bench.answering({"x-tester": "yes, please"}) == "r7"
    assert bench.answering({}) == "r7"


@pytest.mark.parametrize(
    ("sticky", "header", "value"),
    [
        pytest.param(Stickiness(StickySource.HEADER, "x-user"), "X-User", "{}", id="header"),
        pytest.param(Stickiness(StickySource.COOKIE, "user"), "cookie", "a=1; user={}", id="cook"),
    ],
)
def test_the_same_value_is_answered_by_the_same_pool(
    bench: Bench, sticky: Stickiness, header: str, value: str
) -> None:
    bench.router.apply(halves(bench, sticky=sticky))

    seen = [{bench.answering({header: value.format(key)}) for _ in range(5)} for key in range(30)]

    assert all(len(pools) == 1 for pools in seen)
    assert set().union(*seen) == {"r7", "r8"}


def test_every_part_of_a_table_is_remembered(bench: Bench) -> None:
    table = previewing(
        bench,
        testers=HeaderRoute("x-tester", "yes", "r8"),
        sticky=Stickiness(StickySource.COOKIE, "user"),
    )

    bench.router.apply(table)

    assert bench.router.table == table


def test_answers_are_counted_for_their_pool(bench: Bench) -> None:
    bench.router.apply(serving(bench))

    bench.ask(3)

    assert bench.router.statistics("r7").requests == 3
    assert bench.router.statistics("r8") == PoolStatistics()


def test_a_marked_request_is_seen_with_who_answered_it(bench: Bench) -> None:
    bench.router.apply(serving(bench))
    bench.ask(2)

    bench.ask_marked("abc-1")
    bench.ask_marked("other-1")
    [seen] = bench.router.marked(["abc"])

    assert seen.marker == "abc-1"
    assert seen.answered_by_instance
    assert (seen.status, seen.release, seen.instance, seen.attempts) == (200, "r7", "r7-0", 1)
    assert {each.marker for each in bench.router.marked(["abc", "other"])} == {"abc-1", "other-1"}


def test_marked_requests_that_are_forgotten_are_gone_and_later_ones_are_seen(bench: Bench) -> None:
    bench.router.apply(serving(bench))
    bench.ask_marked("abc-1")

    bench.router.forget_marked()
    forgotten = bench.router.marked(["abc"])
    bench.ask_marked("abc-2")

    assert forgotten == ()
    assert [each.marker for each in bench.router.marked(["abc"])] == ["abc-2"]


def test_a_dead_router_still_says_what_it_saw(bench: Bench) -> None:
    bench.router.apply(serving(bench))
    bench.ask_marked("abc-1")

    bench.router.stop()

    assert [each.marker for each in bench.router.marked(["abc"])] == ["abc-1"]


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
