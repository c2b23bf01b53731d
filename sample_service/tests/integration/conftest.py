"""Access to the deployed environment; the ``pipeline_*`` fixtures come from the plugin."""

import uuid
from collections.abc import Iterator

import httpx
import pytest

from inventory_contract import new_sku, stock_of
from pipeline_types import Environment, ResourceOf


class Shelf:
    """Products of one test, in the environment's real inventory."""

    def __init__(self, inventory: httpx.Client) -> None:
        self._inventory = inventory

    def add(self, *, stock: int, price_cents: int = 100) -> str:
        """Offer a new product and return its SKU."""
        return new_sku(self._inventory, stock=stock, price_cents=price_cents)

    def stock(self, sku: str) -> int:
        """Return the pieces that are not held."""
        return stock_of(self._inventory, sku)


@pytest.fixture
def inventory(pipeline_resource: ResourceOf) -> Iterator[httpx.Client]:
    url = pipeline_resource("inventory").url
    with httpx.Client(base_url=url, timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture
def shelf(inventory: httpx.Client) -> Shelf:
    return Shelf(inventory)


@pytest.fixture
def orders(pipeline_environment: Environment) -> Iterator[httpx.Client]:
    """A client that, unlike a requests session, threads may share."""
    with httpx.Client(base_url=pipeline_environment.url, timeout=10, trust_env=False) as client:
        yield client


@pytest.fixture
def customer() -> str:
    """A customer nobody else in the shared environment is."""
    return f"customer-{uuid.uuid4().hex}"
