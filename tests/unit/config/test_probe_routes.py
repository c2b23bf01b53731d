from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_pipeline.domain.environments import ProbeRoute, ProbeSpec
from pytest_pipeline.domain.instance_counts import MetricsSpec
from pytest_pipeline.domain.pipelines import Pipeline
from tests.unit.config.conftest import SERVICE

Problems = Callable[[str], list[str]]

ROUTE = "[environments.dev]\n[[environments.dev.probe.routes]]\n"


def test_routes_are_what_the_probe_sends(pipeline: Callable[[str], Pipeline]) -> None:
    made = pipeline(
        SERVICE
        + """
[environments.dev.probe]
rate = 20

[[environments.dev.probe.routes]]
path = "/orders"
weight = 3

[[environments.dev.probe.routes]]
path = "/orders/{n}"
method = "POST"
headers = { idempotency-key = "{token}-{n}" }
json = { lines = [{ sku = "a", quantity = 1 }] }

[[environments.dev.probe.routes]]
path = "/x"
method = "PUT"
body = "no {n}"
"""
    )

    key = "{token}-{n}"
    assert made.environments[0].probe == ProbeSpec(
        "/",
        rate=20,
        routes=(
            ProbeRoute("/orders", weight=3),
            ProbeRoute(
                "/orders/{n}",
                "POST",
                headers={"content-type": "application/json", "idempotency-key": key},
                body='{"lines": [{"sku": "a", "quantity": 1}]}',
            ),
            ProbeRoute("/x", "PUT", body="no {n}"),
        ),
    )


def test_a_content_type_of_the_users_own_is_kept(pipeline: Callable[[str], Pipeline]) -> None:
    made = pipeline(
        SERVICE + ROUTE + 'path = "/"\nheaders = { Content-Type = "a/b" }\njson = [1]\n'
    )

    assert made.environments[0].probe.routes == (
        ProbeRoute("/", headers={"Content-Type": "a/b"}, body="[1]"),
    )


@pytest.mark.parametrize(
    ("route", "problem"),
    [
        (
            'path = "orders"',
            "7: environments.dev.probe.routes[0].path: got 'orders', wanted a path",
        ),
        (
            'path = "/{m}"',
            "7: environments.dev.probe.routes[0].path: got the placeholder {m}, wanted one of {n},",
        ),
        ('path = "/"\nmethod = "TRACE"', "8: environments.dev.probe.routes[0].method: got 'TRACE'"),
        ('path = "/"\nweight = 0', "8: environments.dev.probe.routes[0].weight: got 0, wanted"),
        (
            'path = "/"\nheaders = { Host = "x" }',
            "8: environments.dev.probe.routes[0].headers.Host: got 'Host', which the probe sets",
        ),
        (
            'path = "/"\nheaders = { X-Pipeline-Probe = "x" }',
            "8: environments.dev.probe.routes[0].headers.X-Pipeline-Probe: got",
        ),
        (
            'path = "/"\nheaders = { "a b" = "x" }',
            "8: environments.dev.probe.routes[0].headers.a b: got what is no name",
        ),
        (
            'path = "/"\nheaders = { a = "hush\\r\\nx: y" }',
            "8: environments.dev.probe.routes[0].headers.a: got a value that is not of printable",
        ),
        ('path = "/"\nbody = "{id}"', "8: environments.dev.probe.routes[0].body: got the"),
        (
            'path = "/"\njson = { a = "{id}" }',
            "8: environments.dev.probe.routes[0].json: got the placeholder {id}",
        ),
        ('path = "/"\njson = 2026-01-01', "8: environments.dev.probe.routes[0].json: got a date"),
        (
            'path = "/"\nbody = "a"\njson = 1',
            "9: environments.dev.probe.routes[0].json: got `json` beside `body`, wanted one",
        ),
    ],
)
def test_a_route_that_cannot_be_sent_is_refused_with_its_line(
    service_problems: Problems, route: str, problem: str
) -> None:
    found = service_problems(ROUTE + route + "\n")

    assert len(found) == 1
    assert found[0].startswith(problem)
    assert "hush" not in found[0]


def test_path_and_routes_together_are_refused(service_problems: Problems) -> None:
    [found] = service_problems(
        '[environments.dev]\nprobe = {path = "/a", routes = [{path = "/b"}]}'
    )

    assert found.startswith("6: environments.dev.probe.routes: got `routes` beside `path`, wanted")


def test_no_routes_at_all_are_refused(service_problems: Problems) -> None:
    [found] = service_problems("[environments.dev]\nprobe = {routes = []}")

    assert "got an empty array" in found


def test_the_counter_of_instances_is_named(pipeline: Callable[[str], Pipeline]) -> None:
    made = pipeline(
        """
name = "orders"
build = {kind = "wheel"}

[run]
command = ["serve", "{port}"]

[run.metrics]
requests = "http_requests_total"
exclude = { route = ["/readyz", "/metrics"] }
"""
    )

    assert made.service is not None
    assert made.service.run.metrics == MetricsSpec(
        "http_requests_total", "/metrics", {"route": ("/readyz", "/metrics")}
    )
