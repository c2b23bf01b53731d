"""The probe's count, Envoy's and the instances' own, of one and the same traffic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest

from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import start_envoy
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.adapters.traffic_probe.probe import GeneratorProbe, RunningGenerator
from pytest_pipeline.domain.environments import ProbeRoute, ProbeSpec
from pytest_pipeline.domain.instance_counts import InstanceCount
from pytest_pipeline.domain.marked_requests import MARKER_HEADER, RoutedRequest, token_of
from pytest_pipeline.domain.reconciliation import Reconciliation, reconcile
from pytest_pipeline.domain.routing import Pool, RoutingTable
from pytest_pipeline.domain.traffic import RequestSample
from pytest_pipeline.testing.loopback_instance import LoopbackInstance

CLOCK = SystemClock()
BUSY = ProbeSpec(rate=250, connections=16)


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
    processes: GuardedProcesses, router: EnvoyRouter, folder: Path, spec: ProbeSpec = BUSY
) -> RunningGenerator:
    return GeneratorProbe(processes, CLOCK).start(router.url, spec, folder=folder)


def seen_by(router: EnvoyRouter, samples: tuple[RequestSample, ...]) -> tuple[RoutedRequest, ...]:
    """Return what the router saw, as soon as it is all of what was answered."""
    token = token_of(samples[0].marker)
    answered = sum(each.detail[:3].isdecimal() for each in samples)
    deadline = CLOCK.now() + 5
    while len(found := router.marked([token])) < answered and CLOCK.now() < deadline:
        CLOCK.sleep(0.02)
    return found


def reconciled(
    router: EnvoyRouter, samples: tuple[RequestSample, ...], instances: list[LoopbackInstance]
) -> Reconciliation:
    counts = [InstanceCount(each.id, each.requests) for each in instances]
    return reconcile(samples, seen_by(router, samples), counts)


def drain(router: EnvoyRouter, instance: LoopbackInstance) -> None:
    deadline = CLOCK.now() + 10
    while router.active_requests(instance.id) and CLOCK.now() < deadline:
        CLOCK.sleep(0.005)


def await_more(instance: LoopbackInstance, count: int) -> None:
    instance.await_requests(instance.requests + count)


def retry_dropped_requests(router: EnvoyRouter, table: RoutingTable) -> None:
    """Plant a retry policy in the routes, as somebody might who wants better figures."""
    routes = router._xds.documents["rds.json"]
    route = routes[0]["virtual_hosts"][0]["routes"][-1]["route"]
    predicate = "envoy.retry_host_predicates.previous_hosts"
    kind = "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
    route["retry_policy"] = {
        "retry_on": "reset,connect-failure",
        "num_retries": 4,
        "retry_host_predicate": [
            {"name": predicate, "typed_config": {"@type": f"type.googleapis.com/{kind}"}}
        ],
        "host_selection_retry_max_attempts": 10,
    }
    router._xds._documents["rds.json"] = []  # so that it is written though it looks the same
    router._delivery.deliver({"rds.json": list(routes)})
    assert router.table == table


def test_all_counts_agree_exactly_under_a_rolling_shift(
    router: EnvoyRouter, processes: GuardedProcesses, stack: ExitStack, tmp_path: Path
) -> None:
    old, new = fleet(stack, "r1-0", "r1-1"), fleet(stack, "r2-0", "r2-1")
    router.apply(RoutingTable((pool("r1", 100, old),)))
    traffic = start_traffic(processes, router, tmp_path)
    await_more(old[0], 50)

    for batch, share in enumerate((50, 100)):
        fresh, leaving = new[: batch + 1], old[batch]
        kept = pool("r1", 100 - share, old[batch:], leaving.id)
        router.apply(RoutingTable((kept, pool("r2", share, fresh))))
        drain(router, leaving)
        leaving.close()
        rest = (pool("r1", 100 - share, old[batch + 1 :]),) if batch < 1 else ()
        router.apply(RoutingTable((*rest, pool("r2", share, fresh))))
        await_more(fresh[-1], 50)
    samples = traffic.stop()
    found = reconciled(router, samples, [*old, *new])

    assert len(samples) > 200
    assert found == Reconciliation()
    assert sum(each.requests for each in (*old, *new)) == len(samples)


def test_drops_that_a_retry_policy_hides_are_found(
    router: EnvoyRouter, processes: GuardedProcesses, stack: ExitStack, tmp_path: Path
) -> None:
    good, bad = fleet(stack, "r1-0", "r1-1")
    table = RoutingTable((pool("r1", 100, [good, bad]),))
    router.apply(table)
    retry_dropped_requests(router, table)
    traffic = start_traffic(processes, router, tmp_path)
    await_more(bad, 30)

    bad.close()  # nobody drained it
    await_more(good, 200)
    samples = traffic.stop()
    found = reconcile(samples, seen_by(router, samples), None)

    assert {each.detail for each in samples} == {"200"}
    assert found.saved_requests == found.retried_requests >= 20
    assert f"the router hid {found.saved_requests} dropped requests" in "".join(found.findings)


def test_another_client_of_an_instance_is_told_from_the_probe(
    router: EnvoyRouter, processes: GuardedProcesses, stack: ExitStack, tmp_path: Path
) -> None:
    instances = fleet(stack, "r1-0", "r1-1")
    router.apply(RoutingTable((pool("r1", 100, instances),)))
    traffic = start_traffic(processes, router, tmp_path)
    client = HTTPConnection("127.0.0.1", instances[1].port, timeout=5)
    for _ in range(7):
        client.request("GET", "/")
        client.getresponse().read()
    client.close()
    found = reconciled(router, traffic.stop(), instances)

    assert found.problems == ()
    assert len(found.findings) == 1
    assert "r1-1 counted 7 requests more than the router passed to it" in found.findings[0]


def test_what_never_reached_the_router_is_explained(
    router: EnvoyRouter, processes: GuardedProcesses, stack: ExitStack, tmp_path: Path
) -> None:
    instances = fleet(stack, "r1-0")
    router.apply(RoutingTable((pool("r1", 100, instances),)))
    traffic = start_traffic(processes, router, tmp_path)
    await_more(instances[0], 50)
    router.stop()
    deadline = CLOCK.now() + 10
    while '"refused"' not in traffic.record.read_text() and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)
    samples = traffic.stop()
    refused = sum(each.detail == "refused" for each in samples)
    found = reconciled(router, samples, instances)

    assert found.problems == ()
    assert f"{refused} x refused" in found.findings[0]


def test_the_router_remembers_marked_requests_alone_until_it_is_to_forget(
    router: EnvoyRouter, processes: GuardedProcesses, stack: ExitStack, tmp_path: Path
) -> None:
    instances = fleet(stack, "r1-0")
    router.apply(RoutingTable((pool("r1", 100, instances),)))
    client = HTTPConnection(router.url.removeprefix("http://"), timeout=5)
    for headers in ({}, {MARKER_HEADER: ""}, {MARKER_HEADER: "mine"}, {MARKER_HEADER: "x" * 9000}):
        client.request("GET", "/", headers=headers)
        client.getresponse().read()
    client.close()
    before = (tmp_path / "marked.jsonl").read_text()
    first = start_traffic(processes, router, tmp_path).stop()
    seen = seen_by(router, first)
    router.forget_marked()
    forgotten = router.marked([token_of(first[0].marker)])
    second = start_traffic(processes, router, tmp_path).stop()
    again = seen_by(router, second)
    lines = (tmp_path / "marked.jsonl").read_text().splitlines()

    assert before == ""
    assert {each.marker for each in seen} == {each.marker for each in first}
    assert forgotten == ()
    assert len(lines) == len(again) == len(second)
    one = again[0]
    assert (one.status, one.release, one.instance, one.attempts) == (200, "r1", "r1-0", 1)
    assert one.answered_by_instance


def test_what_the_router_answers_itself_is_seen(
    router: EnvoyRouter, processes: GuardedProcesses, tmp_path: Path
) -> None:
    samples = start_traffic(processes, router, tmp_path).stop()
    one = seen_by(router, samples)[0]

    assert (one.status, one.details) == (503, "direct_response")
    assert (one.release, one.instance, one.attempts) == ("", "", 0)
    assert reconcile(samples, seen_by(router, samples), []) == Reconciliation()


def test_routes_and_methods_are_told_apart(
    router: EnvoyRouter, processes: GuardedProcesses, stack: ExitStack, tmp_path: Path
) -> None:
    instances = fleet(stack, "r1-0")
    router.apply(RoutingTable((pool("r1", 100, instances),)))
    spec = ProbeSpec(
        rate=200,
        routes=(
            ProbeRoute("/a", weight=2),
            ProbeRoute("/b", "POST", headers={"idempotency-key": "{token}-{n}"}, body="{n}"),
            ProbeRoute("/c", "HEAD"),
        ),
    )
    traffic = start_traffic(processes, router, tmp_path, spec)
    await_more(instances[0], 40)
    samples = traffic.stop()

    routes = [each.route for each in sorted(samples, key=lambda each: each.intended_s)]
    assert routes[:4] == ["GET /a", "POST /b", "HEAD /c", "GET /a"]
    assert {each.detail for each in samples} == {"200"}
    assert reconciled(router, samples, instances) == Reconciliation()
