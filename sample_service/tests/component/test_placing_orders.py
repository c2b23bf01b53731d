import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from fake_inventory import FakeInventory

MUGS = {"customer": "Ann", "lines": [{"sku": "mug", "quantity": 10}]}
KEY = {"Idempotency-Key": "key-1"}


def execute(database: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(statement).fetchall()


def test_a_placed_order_is_priced_and_holds_its_stock(
    orders: TestClient, inventory: FakeInventory
) -> None:
    answer = orders.post("/orders", json=MUGS)
    order = answer.json()

    assert answer.status_code == 201
    assert order["status"] == "placed"
    assert order["lines"] == [{"sku": "mug", "quantity": 10, "unit_price_cents": 890}]
    assert (order["subtotal_cents"], order["discount_cents"]) == (8900, 445)
    assert (order["shipping_cents"], order["total_cents"]) == (0, 8455)
    assert inventory.stock("mug") == 90
    assert orders.get(f"/orders/{order['id']}").json() == order


def test_the_same_key_gives_the_same_answer_and_one_order(
    orders: TestClient, inventory: FakeInventory
) -> None:
    first = orders.post("/orders", json=MUGS, headers=KEY)
    second = orders.post("/orders", json=MUGS, headers=KEY)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert inventory.stock("mug") == 90


def test_the_same_key_with_another_body_is_refused(
    orders: TestClient, inventory: FakeInventory
) -> None:
    orders.post("/orders", json=MUGS, headers=KEY)

    answer = orders.post("/orders", json={**MUGS, "customer": "Bob"}, headers=KEY)

    assert answer.status_code == 422
    assert answer.json()["code"] == "key_reused"
    assert inventory.stock("mug") == 90


def test_without_a_key_every_request_is_an_order_of_its_own(
    orders: TestClient, inventory: FakeInventory
) -> None:
    ids = {orders.post("/orders", json=MUGS).json()["id"] for _ in range(2)}

    assert len(ids) == 2
    assert inventory.stock("mug") == 80


def test_duplicates_at_the_same_time_make_one_order(
    orders: TestClient, inventory: FakeInventory
) -> None:
    with ThreadPoolExecutor(max_workers=8) as threads:
        answers = list(
            threads.map(lambda _: orders.post("/orders", json=MUGS, headers=KEY), range(8))
        )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert inventory.stock("mug") == 90
    assert len(orders.get("/orders").json()["orders"]) == 1


def test_a_sold_out_product_is_refused_and_stays_refused_under_its_key(
    orders: TestClient, inventory: FakeInventory
) -> None:
    inventory.put("mug", stock=9, price_cents=890)

    first = orders.post("/orders", json=MUGS, headers=KEY)
    inventory.put("mug", stock=100, price_cents=890)
    second = orders.post("/orders", json=MUGS, headers=KEY)

    assert (first.status_code, second.status_code) == (409, 409)
    assert first.json()["code"] == "insufficient_stock"
    assert second.content == first.content
    assert orders.get("/orders").json()["orders"] == []


def test_an_unknown_product_is_refused(orders: TestClient) -> None:
    body = {"customer": "Ann", "lines": [{"sku": "unknown", "quantity": 1}]}

    answer = orders.post("/orders", json=body)

    assert answer.status_code == 422
    assert answer.json()["code"] == "unknown_sku"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"customer": "Ann", "lines": []}, id="nothing"),
        pytest.param({"customer": " ", "lines": MUGS["lines"]}, id="nobody"),
        pytest.param({"customer": "A\x00", "lines": MUGS["lines"]}, id="unstorable-name"),
        pytest.param({"customer": "Ann", "lines": [{"sku": "mug", "quantity": 0}]}, id="none-of"),
        pytest.param({"customer": "Ann", "lines": [{"sku": "../x", "quantity": 1}]}, id="path"),
        pytest.param({**MUGS, "discount_percent": 100}, id="unknown-field"),
    ],
)
def test_a_malformed_order_never_reaches_inventory(
    orders: TestClient, inventory: FakeInventory, body: object
) -> None:
    answer = orders.post("/orders", json=body)

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"
    assert inventory.requests == []


def test_when_storing_fails_the_stock_is_released_and_the_key_is_free(
    orders: TestClient, inventory: FakeInventory, database: Path
) -> None:
    execute(database, "ALTER TABLE order_lines RENAME TO order_lines_gone")
    failed = orders.post("/orders", json=MUGS, headers=KEY)
    stock_after_failure = inventory.stock("mug")

    execute(database, "ALTER TABLE order_lines_gone RENAME TO order_lines")
    again = orders.post("/orders", json=MUGS, headers=KEY)

    assert failed.status_code == 503
    assert stock_after_failure == 100
    assert again.status_code == 201
    assert inventory.stock("mug") == 90


def test_while_inventory_is_down_orders_are_turned_away_and_can_be_retried(
    orders: TestClient, inventory: FakeInventory
) -> None:
    inventory.down = True
    failed = orders.post("/orders", json=MUGS, headers=KEY)

    inventory.down = False
    again = orders.post("/orders", json=MUGS, headers=KEY)

    assert failed.status_code == 502
    assert failed.json()["code"] == "inventory_unavailable"
    assert again.status_code == 201
    assert inventory.stock("mug") == 90


def test_passing_failures_of_inventory_are_retried(
    orders: TestClient, inventory: FakeInventory
) -> None:
    inventory.failures.extend([503, 500])

    answer = orders.post("/orders", json=MUGS)

    assert answer.status_code == 201
    assert inventory.asked("PUT") == 3
    assert inventory.stock("mug") == 90


def test_when_no_answer_arrives_what_was_reserved_unseen_is_released(
    orders: TestClient, inventory: FakeInventory
) -> None:
    inventory.lost_answers = 3

    answer = orders.post("/orders", json=MUGS)

    assert answer.status_code == 502
    assert inventory.asked("PUT") == 3
    assert inventory.stock("mug") == 100


def test_a_dead_instances_claim_is_taken_over_and_its_stock_released(
    orders: TestClient, inventory: FakeInventory, database: Path
) -> None:
    order = orders.post("/orders", json=MUGS, headers=KEY).json()
    # As if the instance had died between reserving and storing, long ago.
    execute(database, "DELETE FROM order_lines")
    execute(database, "DELETE FROM orders")
    execute(
        database,
        "UPDATE idempotency_keys SET answer_status = NULL, answer_body = NULL,"
        " claimed_at = '2020-01-01 00:00:00.000000'",
    )

    again = orders.post("/orders", json=MUGS, headers=KEY)

    assert again.status_code == 201
    assert again.json()["id"] != order["id"]
    assert inventory.stock("mug") == 90
