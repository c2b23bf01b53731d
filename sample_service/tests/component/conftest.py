import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from fake_inventory import BASE_URL, FakeInventory
from orders.app import create_app
from orders.draining import Drain
from orders.faults import FaultPlan
from orders.settings import Settings
from orders.storage.migrate import migrate

Opened = Callable[..., TestClient]


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate once; each test gets a copy."""
    path = tmp_path_factory.mktemp("orders") / "orders.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(migrated_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_database, tmp_path / "orders.db"))


@pytest.fixture
def inventory() -> FakeInventory:
    fake = FakeInventory()
    fake.put("mug", stock=100, price_cents=890)
    fake.put("pen", stock=100, price_cents=150)
    return fake


@pytest.fixture
def open_orders(database: Path, inventory: FakeInventory) -> Iterator[Opened]:
    """Start apps on the test's database and fake inventory."""
    with ExitStack() as stack:

        def opened(
            *, faults: FaultPlan | None = None, drain: Drain | None = None, release: str = "dev"
        ) -> TestClient:
            settings = Settings(
                database_url=f"sqlite:///{database}",
                inventory_url=BASE_URL,
                release=release,
                faults=faults or FaultPlan(),
            )
            app = create_app(settings, drain=drain, inventory_transport=inventory.transport)
            return stack.enter_context(TestClient(app))

        yield opened


@pytest.fixture
def orders(open_orders: Opened) -> TestClient:
    return open_orders()
