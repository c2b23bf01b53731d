"""Whole journeys of customers, through the router."""

import uuid

import requests

from pipeline_types import ResourceOf


def stock(http: requests.Session, sku: str) -> int:
    pieces: int = http.get(f"/products/{sku}").json()["stock"]
    return pieces


def place(
    http: requests.Session, customer: str, lines: dict[str, int], key: str
) -> requests.Response:
    body = {
        "customer": customer,
        "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines.items()],
    }
    return http.post("/orders", json=body, headers={"Idempotency-Key": key})


def someone() -> str:
    return f"customer-{uuid.uuid4().hex}"


def test_a_customer_browses_orders_pays_and_changes_their_mind(
    pipeline_http: requests.Session,
) -> None:
    customer, key = someone(), uuid.uuid4().hex

    offered = {product["sku"] for product in pipeline_http.get("/products").json()["products"]}
    ordered = place(pipeline_http, customer, {"poster": 2, "lamp": 1}, key)
    # The answer got lost on its way, say: the customer sends the order again.
    repeated = place(pipeline_http, customer, {"poster": 2, "lamp": 1}, key)
    order = f"/orders/{ordered.json()['id']}"
    paid = pipeline_http.post(f"{order}/pay")
    refunded = pipeline_http.post(f"{order}/cancel")
    shipped = pipeline_http.post(f"{order}/ship")
    seen = pipeline_http.get("/orders", params={"customer": customer}).json()["orders"]

    assert offered >= {"poster", "lamp"}
    assert ordered.status_code == repeated.status_code == 201
    assert repeated.content == ordered.content
    assert ordered.json()["total_cents"] == 2 * 1290 + 3990
    assert paid.json()["status"] == "paid"
    assert refunded.json()["status"] == "refunded"
    assert shipped.status_code == 409
    assert [(one["id"], one["status"]) for one in seen] == [(ordered.json()["id"], "refunded")]


def test_a_received_order_is_final(pipeline_http: requests.Session) -> None:
    ordered = place(pipeline_http, someone(), {"book": 1}, uuid.uuid4().hex).json()
    order = f"/orders/{ordered['id']}"

    too_early = pipeline_http.post(f"{order}/ship")
    statuses = [pipeline_http.post(f"{order}/{action}").status_code for action in ("pay", "ship")]
    too_late = pipeline_http.post(f"{order}/cancel")
    seen = pipeline_http.get(order).json()

    assert too_early.status_code == 409
    assert statuses == [200, 200]
    assert too_late.status_code == 409
    assert seen["status"] == "shipped"
    assert seen["lines"] == ordered["lines"]


def test_stock_comes_back_when_an_order_is_cancelled(
    pipeline_http: requests.Session, pipeline_resource: ResourceOf
) -> None:
    sku = f"test-{uuid.uuid4().hex}"
    inventory = pipeline_resource("inventory").url
    body = {"name": "Only five", "price_cents": 100, "stock": 5}
    pipeline_http.put(f"{inventory}/items/{sku}", json=body).raise_for_status()

    before = stock(pipeline_http, sku)
    ordered = place(pipeline_http, someone(), {sku: 5}, uuid.uuid4().hex)
    while_held = stock(pipeline_http, sku)
    turned_away = place(pipeline_http, someone(), {sku: 1}, uuid.uuid4().hex)
    pipeline_http.post(f"/orders/{ordered.json()['id']}/cancel").raise_for_status()
    served_now = place(pipeline_http, someone(), {sku: 1}, uuid.uuid4().hex)

    assert (before, while_held) == (5, 0)
    assert turned_away.status_code == 409
    assert served_now.status_code == 201
    assert stock(pipeline_http, sku) == 4


def test_a_customer_finds_every_order_again_page_by_page(pipeline_http: requests.Session) -> None:
    customer = someone()
    placed = [
        place(pipeline_http, customer, {"pen": 1}, uuid.uuid4().hex).json()["id"] for _ in range(5)
    ]
    query: dict[str, str | int] = {"customer": customer, "limit": 2}
    found: list[str] = []

    for _ in range(3):
        page = pipeline_http.get("/orders", params=query).json()
        found += [order["id"] for order in page["orders"]]
        query["cursor"] = page["next"]

    assert found == placed[::-1]
    assert query["cursor"] is None


def test_one_request_keeps_its_id_on_the_whole_way(pipeline_http: requests.Session) -> None:
    request_id = uuid.uuid4().hex

    answer = pipeline_http.get("/products/pen", headers={"X-Request-Id": request_id})

    assert answer.status_code == 200
    assert answer.headers["X-Request-Id"] == request_id
