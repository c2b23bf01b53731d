import queue
from collections.abc import Callable
from fractions import Fraction

import pytest
from fastapi.testclient import TestClient

from fake_inventory import BASE_URL, FakeInventory
from orders.app import create_app
from orders.cli import main
from orders.draining import Drain
from orders.faults import FaultMiddleware, FaultPlan
from orders.settings import Settings

Opened = Callable[..., TestClient]
OPERATIONAL = ("/livez", "/readyz", "/metrics", "/version")


def test_a_draining_instance_is_alive_but_not_ready(open_orders: Opened) -> None:
    drain = Drain()
    orders = open_orders(drain=drain)
    before = orders.get("/readyz")

    drain.draining = True
    draining = orders.get("/readyz")

    assert (before.status_code, draining.status_code) == (200, 503)
    assert draining.headers["Connection"] == "close"
    assert orders.get("/livez").status_code == 200
    assert orders.get("/orders").status_code == 200


def test_without_a_database_the_instance_is_alive_but_not_ready() -> None:
    settings = Settings(database_url="sqlite:////nowhere/orders.db", inventory_url=BASE_URL)

    with TestClient(create_app(settings)) as orders:
        ready, alive, listing = (orders.get(path) for path in ("/readyz", "/livez", "/orders"))

    assert ready.status_code == 503
    assert ready.json()["reason"] == "database not reachable"
    assert alive.status_code == 200
    assert listing.status_code == 503
    assert listing.json()["code"] == "database_unavailable"


def test_it_says_what_is_running(open_orders: Opened) -> None:
    answer = open_orders(release="7").get("/version").json()

    assert answer == {"service": "orders", "version": answer["version"], "release": "7"}
    assert answer["version"].count(".") == 2


def test_a_request_id_comes_back_and_travels_on(
    orders: TestClient, inventory: FakeInventory
) -> None:
    answer = orders.get("/products", headers={"X-Request-Id": "trace-1"})

    assert answer.headers["X-Request-Id"] == "trace-1"
    assert inventory.requests[0].headers["X-Request-Id"] == "trace-1"


def test_metrics_count_requests_by_route_and_not_by_path(orders: TestClient) -> None:
    for order_id in ("a", "b"):
        orders.get(f"/orders/{order_id}")

    text = orders.get("/metrics").text

    assert 'http_requests_total{method="GET",route="/orders/{order_id}",status="404"} 2.0' in text
    assert '"/orders/a"' not in text


def test_injected_errors_hit_business_routes_only_and_evenly(open_orders: Opened) -> None:
    orders = open_orders(faults=FaultPlan(error_ratio=Fraction(1, 2)))

    operational = {orders.get(path).status_code for path in OPERATIONAL * 2}
    business = [orders.get("/orders").status_code for _ in range(4)]

    assert operational == {200}
    assert business == [200, 500, 200, 500]
    assert 'status="500"} 2.0' in orders.get("/metrics").text


def test_an_instance_that_is_never_ready_still_serves(open_orders: Opened) -> None:
    orders = open_orders(faults=FaultPlan(never_ready=True))

    assert orders.get("/readyz").status_code == 503
    assert orders.get("/livez").status_code == 200
    assert orders.get("/orders").status_code == 200


def test_injected_latency_holds_up_business_routes(open_orders: Opened) -> None:
    orders = open_orders(faults=FaultPlan(latency_ms=80))

    business, probe = orders.get("/orders"), orders.get("/livez")

    assert business.elapsed.total_seconds() >= 0.08
    assert probe.elapsed.total_seconds() < 0.08


def test_the_last_answer_before_a_crash_is_still_given(orders: TestClient) -> None:
    exits: queue.Queue[int] = queue.Queue()
    app = FaultMiddleware(orders.app, FaultPlan(crash_after_requests=2), exits.put)

    with TestClient(app) as crashing:
        first = crashing.get("/orders")
        alive = exits.empty()
        second = crashing.get("/orders")
        code = exits.get(timeout=5)

    assert (first.status_code, second.status_code) == (200, 200)
    assert alive
    assert code == 70


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        pytest.param({"FAULT_ERROR_RATIO": "lots"}, "FAULT_ERROR_RATIO: got 'lots'", id="fault"),
        pytest.param({"INVENTORY_URL": ""}, "INVENTORY_URL: got ''", id="address"),
    ],
)
def test_a_bad_variable_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variables: dict[str, str],
    named: str,
) -> None:
    good = {"DATABASE_URL": "sqlite:///orders.db", "INVENTORY_URL": BASE_URL}
    for name, value in (good | variables).items():
        monkeypatch.setenv(name, value)

    code = main(["serve", "--port", "1"])

    assert code == 2
    assert named in capsys.readouterr().err


def test_each_request_is_logged_with_its_id(
    orders: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="orders.access"):
        orders.get("/orders", headers={"X-Request-Id": "trace-1"})
        orders.get("/livez")
    logged = [(vars(record)["path"], vars(record)["status"]) for record in caplog.records]

    assert logged == [("/orders", 200)]
