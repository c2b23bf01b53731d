"""What `orders` relies on at `inventory`: one suite for the fake and for the real service.

A layer derives a test class and says in a fixture ``inventory`` whom to ask. Every test brings
products of its own, so the suite also runs against a shared environment.
"""

import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx


def new_sku(inventory: httpx.Client, *, stock: int, price_cents: int = 100) -> str:
    # Sorted behind the seeded catalogue, whose first page customers look at.
    sku = f"test-{uuid.uuid4().hex}"
    body = {"name": "Made for a test", "price_cents": price_cents, "stock": stock}
    assert inventory.put(f"/items/{sku}", json=body).status_code == 201
    return sku


def new_id() -> str:
    return uuid.uuid4().hex


def stock_of(inventory: httpx.Client, sku: str) -> int:
    stock: int = inventory.get(f"/items/{sku}").json()["stock"]
    return stock


def hold(inventory: httpx.Client, reservation_id: str, **wanted: int) -> httpx.Response:
    lines = [{"sku": sku, "quantity": quantity} for sku, quantity in wanted.items()]
    return inventory.put(f"/reservations/{reservation_id}", json={"lines": lines})


class InventoryContract:
    def test_a_reservation_takes_stock_and_tells_the_price(self, inventory: httpx.Client) -> None:
        sku = new_sku(inventory, stock=10, price_cents=250)
        reservation_id = new_id()

        answer = hold(inventory, reservation_id, **{sku: 3})

        assert answer.status_code == 201
        assert answer.json()["lines"] == [{"sku": sku, "quantity": 3, "unit_price_cents": 250}]
        assert stock_of(inventory, sku) == 7

    def test_repeating_a_reservation_takes_stock_once(self, inventory: httpx.Client) -> None:
        sku = new_sku(inventory, stock=10)
        reservation_id = new_id()

        first = hold(inventory, reservation_id, **{sku: 3})
        second = hold(inventory, reservation_id, **{sku: 3})

        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json() == second.json()
        assert stock_of(inventory, sku) == 7

    def test_an_id_cannot_stand_for_two_reservations(self, inventory: httpx.Client) -> None:
        sku = new_sku(inventory, stock=10)
        reservation_id = new_id()
        hold(inventory, reservation_id, **{sku: 3})

        answer = hold(inventory, reservation_id, **{sku: 4})

        assert answer.status_code == 409
        assert answer.json()["code"] == "reservation_conflict"
        assert stock_of(inventory, sku) == 7

    def test_too_little_stock_of_one_item_takes_nothing_of_any(
        self, inventory: httpx.Client
    ) -> None:
        plenty, scarce = new_sku(inventory, stock=10), new_sku(inventory, stock=1)

        answer = hold(inventory, new_id(), **{plenty: 2, scarce: 2})

        assert answer.status_code == 409
        assert answer.json()["code"] == "insufficient_stock"
        assert (stock_of(inventory, plenty), stock_of(inventory, scarce)) == (10, 1)

    def test_an_unknown_item_is_refused_by_name(self, inventory: httpx.Client) -> None:
        sku = f"unknown-{uuid.uuid4().hex}"

        answer = hold(inventory, new_id(), **{sku: 1})

        assert answer.status_code == 422
        assert answer.json()["code"] == "unknown_sku"
        assert sku in answer.json()["message"]

    def test_releasing_twice_gives_stock_back_once(self, inventory: httpx.Client) -> None:
        sku = new_sku(inventory, stock=10)
        reservation_id = new_id()
        hold(inventory, reservation_id, **{sku: 3})

        answers = [inventory.delete(f"/reservations/{reservation_id}") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [204, 204]
        assert stock_of(inventory, sku) == 10

    def test_a_reservation_that_arrives_after_its_release_takes_nothing(
        self, inventory: httpx.Client
    ) -> None:
        sku = new_sku(inventory, stock=10)
        reservation_id = new_id()

        released = inventory.delete(f"/reservations/{reservation_id}")
        late = hold(inventory, reservation_id, **{sku: 3})

        assert released.status_code == 204
        assert late.status_code == 409
        assert late.json()["code"] == "reservation_conflict"
        assert stock_of(inventory, sku) == 10

    def test_the_last_pieces_are_not_held_twice(self, inventory: httpx.Client) -> None:
        sku = new_sku(inventory, stock=3)
        ids = [new_id() for _ in range(6)]

        with ThreadPoolExecutor(max_workers=6) as threads:
            answers = list(threads.map(lambda one: hold(inventory, one, **{sku: 1}), ids))

        assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 3
        assert stock_of(inventory, sku) == 0

    def test_items_are_listed_by_sku_page_by_page(self, inventory: httpx.Client) -> None:
        skus = sorted(new_sku(inventory, stock=1) for _ in range(3))

        page = inventory.get("/items", params={"limit": 1, "after": skus[0]}).json()

        assert len(page["items"]) == 1
        assert skus[0] < page["items"][0]["sku"] <= skus[1]
        assert page["next"] == page["items"][0]["sku"]

    def test_an_unknown_item_is_not_found(self, inventory: httpx.Client) -> None:
        answer = inventory.get(f"/items/unknown-{uuid.uuid4().hex}")

        assert answer.status_code == 404
        assert answer.json()["code"] == "unknown_item"
