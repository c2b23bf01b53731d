import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import httpx


class Shelf(Protocol):
    def add(self, *, stock: int, price_cents: int = 100) -> str: ...
    def stock(self, sku: str) -> int: ...


def wish(customer: str, sku: str, quantity: int) -> dict[str, Any]:
    return {"customer": customer, "lines": [{"sku": sku, "quantity": quantity}]}


def orders_of(orders: httpx.Client, customer: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = orders.get("/orders", params={"customer": customer}).json()[
        "orders"
    ]
    return listed


def test_an_order_takes_its_price_and_its_stock_from_inventory(
    orders: httpx.Client, shelf: Shelf, customer: str
) -> None:
    sku = shelf.add(stock=10, price_cents=1234)

    answer = orders.post("/orders", json=wish(customer, sku, 3))

    assert answer.status_code == 201
    assert answer.json()["subtotal_cents"] == 3702
    assert shelf.stock(sku) == 7


def test_a_cancelled_order_gives_its_stock_back_to_inventory(
    orders: httpx.Client, shelf: Shelf, customer: str
) -> None:
    sku = shelf.add(stock=10)
    order = orders.post("/orders", json=wish(customer, sku, 3)).json()

    answer = orders.post(f"/orders/{order['id']}/cancel")

    assert answer.status_code == 200
    assert shelf.stock(sku) == 10


def test_an_order_that_inventory_refuses_leaves_nothing_behind(
    orders: httpx.Client, shelf: Shelf, customer: str
) -> None:
    sku = shelf.add(stock=2)

    answer = orders.post("/orders", json=wish(customer, sku, 3))

    assert answer.status_code == 409
    assert answer.json()["code"] == "insufficient_stock"
    assert shelf.stock(sku) == 2
    assert orders_of(orders, customer) == []


def test_twenty_duplicates_at_once_make_one_order(
    orders: httpx.Client, shelf: Shelf, customer: str
) -> None:
    sku = shelf.add(stock=100)
    headers = {"Idempotency-Key": uuid.uuid4().hex}

    with ThreadPoolExecutor(max_workers=20) as threads:
        answers = list(
            threads.map(
                lambda _: orders.post("/orders", json=wish(customer, sku, 3), headers=headers),
                range(20),
            )
        )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(orders_of(orders, customer)) == 1
    assert shelf.stock(sku) == 97


def test_of_two_wishes_under_one_key_at_once_one_is_refused(
    orders: httpx.Client, shelf: Shelf, customer: str
) -> None:
    sku = shelf.add(stock=100)
    headers = {"Idempotency-Key": uuid.uuid4().hex}

    with ThreadPoolExecutor(max_workers=2) as threads:
        answers = list(
            threads.map(
                lambda pieces: orders.post(
                    "/orders", json=wish(customer, sku, pieces), headers=headers
                ),
                (1, 2),
            )
        )
    stored = orders_of(orders, customer)

    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert len(stored) == 1
    assert shelf.stock(sku) in {98, 99}


def test_buyers_of_the_last_pieces_are_never_sold_more_than_there_are(
    orders: httpx.Client, shelf: Shelf, customer: str
) -> None:
    sku = shelf.add(stock=5)

    with ThreadPoolExecutor(max_workers=12) as threads:
        answers = list(
            threads.map(lambda _: orders.post("/orders", json=wish(customer, sku, 1)), range(12))
        )

    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 7
    assert shelf.stock(sku) == 0
    assert len(orders_of(orders, customer)) == 5


def test_a_payment_and_a_cancellation_at_once_agree_on_the_stock(
    orders: httpx.Client, shelf: Shelf, customer: str
) -> None:
    sku = shelf.add(stock=10)
    order = orders.post("/orders", json=wish(customer, sku, 3)).json()

    with ThreadPoolExecutor(max_workers=2) as threads:
        paid, cancelled = threads.map(
            lambda action: orders.post(f"/orders/{order['id']}/{action}"), ("pay", "cancel")
        )
    status = orders.get(f"/orders/{order['id']}").json()["status"]

    assert cancelled.status_code == 200
    assert (paid.status_code, status) in {(200, "refunded"), (409, "cancelled")}
    assert shelf.stock(sku) == 10


def test_products_are_those_of_the_real_inventory(orders: httpx.Client, shelf: Shelf) -> None:
    sku = shelf.add(stock=4, price_cents=77)

    answer = orders.get(f"/products/{sku}")

    assert answer.status_code == 200
    assert (answer.json()["price_cents"], answer.json()["stock"]) == (77, 4)
