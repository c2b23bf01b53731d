from collections.abc import Iterator

import httpx
import pytest

from fake_inventory import BASE_URL, FakeInventory
from inventory_contract import InventoryContract


class TestFakeInventory(InventoryContract):
    """The fake may be trusted where these tests pass on it and on the real service."""

    @pytest.fixture
    def inventory(self) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=BASE_URL, transport=FakeInventory().transport) as client:
            yield client
