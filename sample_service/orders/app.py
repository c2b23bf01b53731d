"""The composition root: the only place that knows all parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from anyio import to_thread
from fastapi import FastAPI

from orders import __version__
from orders.api import operations, orders, products
from orders.api.parts import Parts
from orders.api.problems import install_problem_handlers
from orders.api.schemas import render_order, render_refusal
from orders.changing import ChangeOrder
from orders.draining import Drain
from orders.faults import FaultMiddleware
from orders.inventory_client import InventoryClient, open_client
from orders.placing import PlaceOrder
from orders.settings import Settings
from orders.storage.claims import ClaimStore
from orders.storage.engine import open_engine
from orders.storage.orders import OrderStore
from orders.telemetry.metrics import Metrics
from orders.telemetry.middleware import TelemetryMiddleware

# More threads than the pool has connections: some of them wait for inventory, not for the
# database. Many more would only fight for the interpreter.
THREADS = 16


def create_app(
    settings: Settings,
    *,
    drain: Drain | None = None,
    inventory_transport: httpx.BaseTransport | None = None,
) -> FastAPI:
    """Return the app.

    Args:
        settings: What the environment variables said.
        drain: Shared with the server that announces the end; tests pass their own.
        inventory_transport: Replaces the network between this service and inventory.
    """
    http = open_client(settings.inventory_url, inventory_transport)
    engine = open_engine(settings.database_url)
    inventory = InventoryClient(http)
    store = OrderStore(engine)
    parts = Parts(
        settings=settings,
        engine=engine,
        drain=drain or Drain(),
        metrics=Metrics(),
        inventory=inventory,
        orders=store,
        place=PlaceOrder(
            store,
            ClaimStore(engine),
            inventory,
            render=render_order,
            render_refusal=render_refusal,
        ),
        change=ChangeOrder(store, inventory),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield
        http.close()
        engine.dispose()

    app = FastAPI(title="orders", version=__version__, lifespan=lifespan)
    app.state.parts = parts
    for part in (operations, orders, products):
        app.include_router(part.router)
    install_problem_handlers(app)
    # The last one added is the outermost: injected faults are measured like real ones.
    if settings.faults.disturbs_requests:
        app.add_middleware(FaultMiddleware, plan=settings.faults)
    app.add_middleware(TelemetryMiddleware, metrics=parts.metrics, drain=parts.drain)
    return app
