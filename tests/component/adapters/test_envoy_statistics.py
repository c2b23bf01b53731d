from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import start_envoy
from pytest_pipeline.adapters.envoy.statistics import Counts, pool_statistics, read_counts
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.routing import Pool, RoutingTable
from pytest_pipeline.testing.loopback_instance import LoopbackInstance

CLOCK = SystemClock()


@pytest.fixture
def instance() -> Iterator[LoopbackInstance]:
    with LoopbackInstance("r1-0") as instance:
        yield instance


@pytest.fixture
def router(tmp_path: Path, instance: LoopbackInstance) -> Iterator[EnvoyRouter]:
    with GuardedProcesses(clock=CLOCK) as processes:
        router = start_envoy(processes, CLOCK, folder=tmp_path, keep=False)
        router.apply(RoutingTable((Pool("r1", 100, (instance.backend(),)),)))
        yield router


def get(router: EnvoyRouter, path: str, *, timeout_s: float = 10) -> None:
    address = router.url.removeprefix("http://")
    with closing(HTTPConnection(address, timeout=timeout_s)) as connection:
        connection.request("GET", path)
        connection.getresponse().read()


def eventually(holds: Callable[[], bool]) -> bool:
    """Return whether it holds within 5 s: the router counts a moment behind."""
    deadline = CLOCK.now() + 5
    while not holds() and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)
    return holds()


def counts(router: EnvoyRouter) -> tuple[int, int]:
    counted = router.statistics("r1")
    return counted.requests, counted.errors


def test_answers_are_requests_and_5xx_among_them_errors(router: EnvoyRouter) -> None:
    for status in (200, 404, 500, 503):
        get(router, f"/status/{status}")

    assert counts(router) == (4, 2)


def test_a_reset_counts_as_an_error_of_the_release(router: EnvoyRouter) -> None:
    get(router, "/reset")

    assert counts(router) == (1, 1)


def test_a_refused_connection_counts_as_an_error_of_the_release(
    router: EnvoyRouter, instance: LoopbackInstance
) -> None:
    instance.close()

    get(router, "/")

    assert counts(router) == (1, 1)


def test_a_request_that_its_client_gave_up_counts_as_an_error_of_the_release(
    router: EnvoyRouter, instance: LoopbackInstance
) -> None:
    get(router, "/")

    with pytest.raises(TimeoutError):
        get(router, "/hold", timeout_s=0.1)

    assert instance.requests == 2
    assert eventually(lambda: counts(router) == (2, 1))


def test_requests_that_reached_no_instance_do_not_hide_those_given_up(
    router: EnvoyRouter, instance: LoopbackInstance
) -> None:
    instance.close()
    get(router, "/")

    with LoopbackInstance("r1-1") as other:
        router.apply(RoutingTable((Pool("r1", 100, (other.backend(),)),)))
        with pytest.raises(TimeoutError):
            get(router, "/hold", timeout_s=0.1)

        assert eventually(lambda: counts(router) == (2, 2))


def test_errors_of_the_router_are_told_from_those_of_an_instance(
    router: EnvoyRouter, instance: LoopbackInstance
) -> None:
    for path in ("/status/200", "/status/500", "/reset"):
        get(router, path)
    with pytest.raises(TimeoutError):
        get(router, "/hold", timeout_s=0.1)
    instance.close()
    get(router, "/")

    assert eventually(lambda: router.statistics("r1").requests == 5)
    assert (router.statistics("r1").errors, router.statistics("r1").router_errors) == (4, 2)


def test_a_request_in_flight_is_not_counted_yet(
    router: EnvoyRouter, instance: LoopbackInstance
) -> None:
    address = router.url.removeprefix("http://")
    with closing(HTTPConnection(address, timeout=10)) as connection:
        connection.request("GET", "/hold")
        instance.await_held(1)
        before = counts(router)
        instance.release()
        connection.getresponse().read()

    assert before == (0, 0)
    assert counts(router) == (1, 0)


def test_latency_is_the_time_until_the_instance_answered(
    router: EnvoyRouter, instance: LoopbackInstance
) -> None:
    address = router.url.removeprefix("http://")
    with closing(HTTPConnection(address, timeout=10)) as connection:
        connection.request("GET", "/hold")
        instance.await_held(1)
        began = CLOCK.now()
        CLOCK.sleep(0.2)
        instance.release()
        connection.getresponse().read()
    took_ms = (CLOCK.now() - began) * 1000

    assert eventually(lambda: router.statistics("r1").latency_sum_ms > 0)
    assert 180 < router.statistics("r1").latency_sum_ms < took_ms * 1.2 + 20


def test_one_pool_is_not_taken_for_another_whose_name_begins_the_same(
    router: EnvoyRouter, instance: LoopbackInstance
) -> None:
    eleventh = Pool("r11", 100, (instance.backend(),))
    router.apply(RoutingTable((Pool("r1", 0, (instance.backend(),)), eleventh)))

    get(router, "/")

    assert router.statistics("r1") == PoolStatistics()
    assert router.statistics("r11").requests == 1


def test_no_text_is_no_requests() -> None:
    assert read_counts("") == Counts(0, 0, 0, 0.0)


def test_what_was_answered_during_one_reading_is_not_given_up() -> None:
    torn = Counts(answered=10, server_errors=0, given_up=1, latency_sum_ms=5.0)
    whole = Counts(answered=11, server_errors=0, given_up=0, latency_sum_ms=6.0)

    assert pool_statistics(torn, whole) == PoolStatistics(11, 0, 6.0)
