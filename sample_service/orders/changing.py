"""Paying, shipping and cancelling an order."""

from dataclasses import replace

from orders.domain.order import Order
from orders.domain.states import Action, after, holds_stock
from orders.inventory_client import InventoryClient
from orders.storage.orders import OrderStore

# Each lost race means that another request moved the order; a life has three moves at most.
MOVES_AT_MOST = 4


class UnknownOrderError(LookupError):
    """There is no such order."""


class BusyOrderError(RuntimeError):
    """Others kept changing the order."""


class ChangeOrder:
    """Moves orders through their life, and gives stock back when they end early."""

    def __init__(self, orders: OrderStore, inventory: InventoryClient) -> None:
        self._orders = orders
        self._inventory = inventory

    def __call__(self, order_id: str, action: Action) -> Order:
        """Apply an action; repeating one is harmless.

        Raises:
            UnknownOrderError: If there is no such order.
            TransitionError: If the action is not possible where the order stands.
            InventoryUnavailableError: If the stock could not be given back; the order is
                cancelled nevertheless, and cancelling it again gives the stock back.
        """
        order = self._move(order_id, action)
        if not holds_stock(order.status):
            # Releasing is idempotent, so a repeated cancel also repairs a failed release.
            self._inventory.release(order_id)
        return order

    def _move(self, order_id: str, action: Action) -> Order:
        for _ in range(MOVES_AT_MOST):
            order = self._orders.find(order_id)
            if order is None:
                raise UnknownOrderError(f"no order {order_id!r}")
            status = after(order.status, action)
            if status is order.status:
                return order
            # Compare and swap: of a payment and a cancellation at once, one loses and looks again.
            if self._orders.move(order_id, stands=order.status, moves_to=status):
                return replace(order, status=status)
        raise BusyOrderError(f"order {order_id!r} is being changed by others")
