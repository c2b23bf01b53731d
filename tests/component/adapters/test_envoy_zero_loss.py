"""Deployments under keep-alive traffic, driven by hand: the router must not lose a request."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import start_envoy
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.adapters.traffic_probe.probe import GeneratorProbe, RunningGenerator
from pytest_pipeline.domain.environments import ProbeSpec
from pytest_pipeline.domain.routing import Pool, RoutingTable
from pytest_pipeline.domain.traffic import summarise
from pytest_pipeline.testing.loopback_instance import LoopbackInstance

CLOCK = SystemClock()
BUSY = ProbeSpec(rate=250, connections=32)


@pytest.fixture
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=CLOCK) as processes:
        yield processes


@pytest.fixture
def router(processes: GuardedProcesses, tmp_path: Path) -> EnvoyRouter:
    return start_envoy(processes, CLOCK, folder=tmp_path, keep=False)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def fleet(stack: ExitStack, *instances: str) -> list[LoopbackInstance]:
    return [stack.enter_context(LoopbackInstance(instance)) for instance in instances]


def pool(name: str, weight_percent: int, instances: list[LoopbackInstance], *drained: str) -> Pool:
    return Pool(
        name,
        weight_percent,
        tuple(each.backend(draining=each.id in drained) for each in instances),
    )


def start_traffic(
    processes: GuardedProcesses, router: EnvoyRouter, folder: Path
) -> RunningGenerator:
    return GeneratorProbe(processes, CLOCK).start(router.url, BUSY, folder=folder)


def stop_drained(router: EnvoyRouter, instance: LoopbackInstance) -> None:
    deadline = CLOCK.now() + 10
    while router.active_requests(instance.id) and CLOCK.now() < deadline:
        CLOCK.sleep(0.005)
    instance.close()


def await_recorded(traffic: RunningGenerator, text: str, count: int) -> None:
    deadline = CLOCK.now() + 10
    while traffic.record.read_text().count(text) < count and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)


def await_more(instance: LoopbackInstance, count: int) -> None:
    instance.await_requests(instance.requests + count)


def test_blue_green_loses_nothing(
    router: EnvoyRouter, processes: GuardedProcesses, stack: ExitStack, tmp_path: Path
) -> None:
    blue, green = fleet(stack, "r1-0", "r1-1"), fleet(stack, "r2-0", "r2-1")
    router.apply(RoutingTable((pool("r1", 100, blue),)))
    traffic = start_traffic(processes, router, tmp_path)
    await_more(blue[0], 150)

    router.apply(RoutingTable((pool("r1", 0, blue, "r1-0", "r1-1"), pool("r2", 100, green))))
    for instance in blue:
        stop_drained(router, instance)
    router.apply(RoutingTable((pool("r2", 100, green),)))
    await_more(green[0], 150)
    summary = summarise(traffic.stop(), stable="r1", candidate="r2")

    assert summary.requests >= 600
    assert (summary.lost_requests, summary.error_requests, summary.details) == (0, 0, ())
    assert summary.cutover_ms is not None
    assert summary.cutover_ms < 250


def test_a_rolling_update_loses_nothing(
    router: EnvoyRouter, processes: GuardedProcesses, stack: ExitStack, tmp_path: Path
) -> None:
    old, new = fleet(stack, "r1-0", "r1-1", "r1-2"), fleet(stack, "r2-0", "r2-1", "r2-2")
    router.apply(RoutingTable((pool("r1", 100, old),)))
    traffic = start_traffic(processes, router, tmp_path)
    await_more(old[0], 50)

    for batch, share in enumerate((33, 67, 100)):
        fresh, leaving, staying = new[: batch + 1], old[batch], old[batch:]
        kept = pool("r1", 100 - share, staying, leaving.id)
        router.apply(RoutingTable((kept, pool("r2", share, fresh))))
        stop_drained(router, leaving)
        rest = (pool("r1", 100 - share, old[batch + 1 :]),) if batch < 2 else ()
        router.apply(RoutingTable((*rest, pool("r2", share, fresh))))
        await_more(fresh[-1], 50)
    summary = summarise(traffic.stop(), stable="r1", candidate="r2")

    assert summary.requests >= 400
    assert (summary.lost_requests, summary.error_requests, summary.details) == (0, 0, ())


def test_a_stop_without_drain_is_seen(
    router: EnvoyRouter, processes: GuardedProcesses, stack: ExitStack, tmp_path: Path
) -> None:
    [instance] = fleet(stack, "r1-0")
    router.apply(RoutingTable((pool("r1", 100, [instance]),)))
    traffic = start_traffic(processes, router, tmp_path)
    await_more(instance, 50)

    instance.close()
    await_recorded(traffic, '"lost"', 40)
    router.apply(RoutingTable())
    await_recorded(traffic, "direct_response", 40)
    summary = summarise(traffic.stop(), stable=None, candidate="r1")

    assert summary.lost_requests >= 80
    assert summary.longest_gap_ms > 80 / 250 * 1000 * 0.9
    assert dict(summary.details)["503 direct_response"] >= 40
