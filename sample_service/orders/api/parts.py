"""The parts an app is made of, and how routes get at them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from orders.changing import ChangeOrder
from orders.draining import Drain
from orders.inventory_client import InventoryClient
from orders.placing import PlaceOrder
from orders.settings import Settings
from orders.storage.orders import OrderStore
from orders.telemetry.metrics import Metrics


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that lives as long as the app."""

    settings: Settings
    engine: Engine
    drain: Drain
    metrics: Metrics
    inventory: InventoryClient
    orders: OrderStore
    place: PlaceOrder
    change: ChangeOrder


async def parts_of(request: Request) -> Parts:
    """Return the parts of the app that serves a request.

    ``async`` although nothing is awaited: a plain function would cost every request another
    trip through the thread pool.
    """
    parts: Parts = request.app.state.parts
    return parts


Wired = Annotated[Parts, Depends(parts_of)]
