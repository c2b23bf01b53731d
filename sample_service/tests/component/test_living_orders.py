import pytest
from fastapi.testclient import TestClient

from fake_inventory import FakeInventory


def place(orders: TestClient, customer: str = "Ann") -> str:
    body = {"customer": customer, "lines": [{"sku": "mug", "quantity": 2}]}
    order_id: str = orders.post("/orders", json=body).json()["id"]
    return order_id


def test_cancelling_gives_the_stock_back_once(orders: TestClient, inventory: FakeInventory) -> None:
    order_id = place(orders)

    answers = [orders.post(f"/orders/{order_id}/cancel") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].json()["status"] == "cancelled"
    assert inventory.stock("mug") == 100


def test_a_paid_order_is_refunded_when_cancelled(
    orders: TestClient, inventory: FakeInventory
) -> None:
    order_id = place(orders)
    orders.post(f"/orders/{order_id}/pay")

    answer = orders.post(f"/orders/{order_id}/cancel")

    assert answer.json()["status"] == "refunded"
    assert inventory.stock("mug") == 100


def test_a_cancellation_that_could_not_release_is_finished_by_repeating_it(
    orders: TestClient, inventory: FakeInventory
) -> None:
    order_id = place(orders)
    inventory.down = True
    failed = orders.post(f"/orders/{order_id}/cancel")

    inventory.down = False
    again = orders.post(f"/orders/{order_id}/cancel")

    assert (failed.status_code, again.status_code) == (502, 200)
    assert inventory.stock("mug") == 100


def test_a_shipped_order_cannot_be_cancelled(orders: TestClient, inventory: FakeInventory) -> None:
    order_id = place(orders)
    orders.post(f"/orders/{order_id}/pay")
    orders.post(f"/orders/{order_id}/ship")

    answer = orders.post(f"/orders/{order_id}/cancel")

    assert answer.status_code == 409
    assert orders.get(f"/orders/{order_id}").json()["status"] == "shipped"
    assert inventory.stock("mug") == 98


@pytest.mark.parametrize("path", ["/orders/nobody", "/orders/nobody/pay"])
def test_an_unknown_order_is_not_found(orders: TestClient, path: str) -> None:
    answer = orders.post(path) if path.endswith("pay") else orders.get(path)

    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_order"


def test_pages_show_every_order_once_newest_first(orders: TestClient) -> None:
    placed = [place(orders) for _ in range(5)]
    seen: list[str] = []
    query = "/orders?limit=2"
    cursor: int | None = None

    for _ in range(3):
        page = orders.get(query if cursor is None else f"{query}&cursor={cursor}").json()
        seen += [order["id"] for order in page["orders"]]
        cursor = page["next"]
        # A new order between two pages shifts nothing.
        place(orders)

    assert seen == placed[::-1]
    assert cursor is None


def test_orders_are_listed_by_customer(orders: TestClient) -> None:
    place(orders, "Ann")
    order_id = place(orders, "Bob")

    page = orders.get("/orders", params={"customer": "Bob"}).json()

    assert [order["id"] for order in page["orders"]] == [order_id]


def test_products_are_what_inventory_offers(orders: TestClient) -> None:
    page = orders.get("/products", params={"limit": 1}).json()

    assert [product["sku"] for product in page["products"]] == ["mug"]
    assert page["next"] == "mug"
    assert orders.get("/products/pen").json()["price_cents"] == 150
