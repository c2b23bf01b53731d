"""Deployments under keep-alive traffic, driven by hand: the router must not lose a request."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import start_envoy
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.adapters.traffic_probe.probe import GeneratorProbe, RunningGenerator
from pytest_pipeline.domain.environments import ProbeSpec
from pytest_pipeline.domain.routing import (
    HeaderRoute,
    Pool,
    RoutingTable,
    Stickiness,
    StickySource,
)
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
    assert summary.mixed_ms is not None
    assert summary.mixed_ms < 250


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


def canary(
    router: EnvoyRouter, old: list[LoopbackInstance], new: list[LoopbackInstance]
) -> Iterator[RoutingTable]:
    """Yield the tables of a canary that is previewed, shown to testers, and sticky."""
    before, after = old[0].id.split("-")[0], new[0].id.split("-")[0]
    leaving = tuple(each.id for each in old)
    testers = HeaderRoute("x-tester", "yes", after)
    sticky = Stickiness(StickySource.COOKIE, "user")
    beside = (pool(before, 100, old), pool(after, 0, new))
    yield RoutingTable(beside, preview=before)
    yield RoutingTable(beside, preview=after)
    yield RoutingTable(beside, preview=after, testers=testers)
    for percent in (10, 50):
        shares = (pool(before, 100 - percent, old), pool(after, percent, new))
        yield RoutingTable(shares, preview=after, testers=testers)
        yield RoutingTable(shares, preview=after, testers=testers, sticky=sticky)
    drained = (pool(before, 0, old, *leaving), pool(after, 100, new))
    yield RoutingTable(drained, preview=after, testers=testers)
    for instance in old:
        stop_drained(router, instance)
    yield RoutingTable((pool(after, 100, new),), preview=after)


def test_canaries_with_preview_testers_and_sticky_shares_lose_nothing(
    router: EnvoyRouter, processes: GuardedProcesses, stack: ExitStack, tmp_path: Path
) -> None:
    fleets = [fleet(stack, f"r{release}-0", f"r{release}-1") for release in range(1, 6)]
    router.apply(RoutingTable((pool("r1", 100, fleets[0]),), preview="r1"))
    records = [tmp_path / "clients", tmp_path / "preview"]
    for record in records:
        record.mkdir()
    probe = GeneratorProbe(processes, CLOCK)
    clients = probe.start(router.url, BUSY, folder=records[0])
    preview = probe.start(router.preview_url, BUSY, folder=records[1])

    for old, new in pairwise(fleets):
        for table in canary(router, old, new):
            router.apply(table)
            seen = {each.id.split("-")[0]: each for each in (old[0], new[0])}
            await_more(seen[table.preview], 15)
    summaries = [summarise(each.stop(), stable="r1", candidate="r5") for each in (clients, preview)]

    for summary in summaries:
        assert summary.requests >= 600
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
