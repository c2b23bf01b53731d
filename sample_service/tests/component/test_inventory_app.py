from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from inventory.app import create_app
from inventory.draining import Drain
from inventory.migrate import migrate
from inventory.settings import Settings
from inventory_contract import InventoryContract, new_sku


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('inventory') / 'inventory.db'}"
    migrate(url)
    return url


class TestInventoryApp(InventoryContract):
    """Inventory's own app, on SQLite."""

    @pytest.fixture
    def drain(self) -> Drain:
        return Drain()

    @pytest.fixture
    def inventory(self, database_url: str, drain: Drain) -> Iterator[TestClient]:
        settings = Settings(database_url=database_url, release="7")
        with TestClient(create_app(settings, drain)) as client:
            yield client

    def test_the_catalogue_is_seeded_by_a_migration(self, inventory: TestClient) -> None:
        item = inventory.get("/items/pen").json()

        assert item["price_cents"] == 150
        assert item["stock"] >= 1_000_000

    def test_putting_an_item_again_replaces_it(self, inventory: TestClient) -> None:
        sku = new_sku(inventory, stock=1)
        body = {"name": "Another", "price_cents": 5, "stock": 9}

        answer = inventory.put(f"/items/{sku}", json=body)

        assert answer.status_code == 200
        assert inventory.get(f"/items/{sku}").json() == {"sku": sku, **body}

    @pytest.mark.parametrize("stock", [-1, 1.5, "1", None])
    def test_stock_is_a_count(self, inventory: TestClient, stock: object) -> None:
        body = {"name": "Odd", "price_cents": 5, "stock": stock}

        answer = inventory.put("/items/odd", json=body)

        assert answer.status_code == 422
        assert answer.json()["code"] == "invalid_request"

    def test_a_draining_instance_is_alive_but_not_ready(
        self, inventory: TestClient, drain: Drain
    ) -> None:
        before = inventory.get("/readyz")

        drain.draining = True
        draining = inventory.get("/readyz")

        assert (before.status_code, draining.status_code) == (200, 503)
        assert draining.headers["Connection"] == "close"
        assert inventory.get("/livez").status_code == 200

    def test_it_says_what_is_running(self, inventory: TestClient) -> None:
        assert inventory.get("/version").json()["service"] == "inventory"
        assert inventory.get("/version").json()["release"] == "7"


def test_without_its_tables_the_service_answers_503(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'empty.db'}")

    with TestClient(create_app(settings)) as inventory:
        answer = inventory.get("/items")

    assert answer.status_code == 503
    assert answer.json()["code"] == "database_unavailable"
