"""Routes of orders.

Endpoints are plain ``def`` and run in the thread pool. On two cores Python's own work is the
bottleneck, whichever way it waits; blocking psycopg and httpx do less of it per request than
their async counterparts, and one slow query cannot stall the event loop that answers probes.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response

from orders.api.parts import Wired
from orders.api.schemas import OrderIn, OrderOut, PageOut, SummaryOut
from orders.changing import UnknownOrderError
from orders.domain.states import Action

router = APIRouter(prefix="/orders")
# Nothing that PostgreSQL cannot even compare, such as a NUL.
OrderId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
# BIGINT's upper end: a larger cursor would be an error of the database.
Cursor = Annotated[int | None, Query(ge=1, lt=2**63)]
Key = Annotated[str | None, Header(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


@router.post("", status_code=201, response_model=OrderOut)
def place_order(body: OrderIn, parts: Wired, idempotency_key: Key = None) -> Response:
    """Place an order; a repeated ``Idempotency-Key`` gets the first answer again."""
    # Without a key each request is its own: nothing then depends on there being one.
    key = idempotency_key or f"none-{uuid.uuid4().hex}"
    answer, repeated = parts.place.once(key, body.wish())
    outcome = "repeated" if repeated else str(answer.status)
    parts.metrics.placements.labels(outcome).inc()
    headers = {"Idempotent-Replayed": "true"} if repeated else {}
    return Response(answer.body, answer.status, headers, media_type="application/json")


@router.get("")
def list_orders(
    parts: Wired,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Cursor = None,
    customer: Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")] = None,
) -> PageOut:
    """List orders, newest first; pass ``next`` as ``cursor`` to get the following page."""
    page = parts.orders.page(limit=limit, cursor=cursor, customer=customer)
    return PageOut(orders=[SummaryOut.of(order) for order in page.orders], next=page.next_cursor)


@router.get("/{order_id}")
def show_order(order_id: OrderId, parts: Wired) -> OrderOut:
    """Show one order."""
    order = parts.orders.find(order_id)
    if order is None:
        raise UnknownOrderError(f"no order {order_id!r}")
    return OrderOut.full(order)


@router.post("/{order_id}/{action}")
def change_order(order_id: OrderId, action: Action, parts: Wired) -> OrderOut:
    """Pay, ship or cancel an order; repeating an action is harmless."""
    return OrderOut.full(parts.change(order_id, action))
