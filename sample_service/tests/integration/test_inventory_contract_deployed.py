from inventory_contract import InventoryContract


class TestDeployedInventory(InventoryContract):
    """The real inventory, on PostgreSQL, keeps the promises that the fake makes."""
