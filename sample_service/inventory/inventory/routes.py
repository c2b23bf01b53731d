"""The business routes; plain ``def``, served from the thread pool."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from inventory.catalogue import Catalogue, Item
from inventory.reservations import Reservations
from inventory.schemas import (
    ItemIn,
    ItemOut,
    ItemPage,
    LineOut,
    ReservationId,
    ReservationIn,
    ReservationOut,
    SkuInPath,
)


class UnknownItemError(LookupError):
    """There is no such item."""


async def _catalogue(request: Request) -> Catalogue:
    return Catalogue(request.app.state.engine)


async def _reservations(request: Request) -> Reservations:
    return Reservations(request.app.state.engine)


router = APIRouter()
WiredCatalogue = Annotated[Catalogue, Depends(_catalogue)]
WiredReservations = Annotated[Reservations, Depends(_reservations)]


@router.get("/items")
def list_items(
    catalogue: WiredCatalogue,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")] = "",
) -> ItemPage:
    """List items by SKU; pass ``next`` as ``after`` to get the following page."""
    items = catalogue.page(limit=limit + 1, after=after)
    shown = items[:limit]
    return ItemPage(
        items=[ItemOut(**asdict(item)) for item in shown],
        next=shown[-1].sku if len(items) > limit else None,
    )


@router.get("/items/{sku}")
def show_item(sku: SkuInPath, catalogue: WiredCatalogue) -> ItemOut:
    """Show one item."""
    item = catalogue.find(sku)
    if item is None:
        raise UnknownItemError(f"no item {sku!r}")
    return ItemOut(**asdict(item))


@router.put("/items/{sku}", responses={201: {"model": ItemOut}})
def put_item(
    sku: SkuInPath, body: ItemIn, catalogue: WiredCatalogue, response: Response
) -> ItemOut:
    """Create or replace an item."""
    item = Item(sku, body.name, body.price_cents, body.stock)
    if catalogue.put(item):
        response.status_code = 201
    return ItemOut(**asdict(item))


@router.put("/reservations/{reservation_id}", responses={201: {"model": ReservationOut}})
def hold(
    reservation_id: ReservationId,
    body: ReservationIn,
    reservations: WiredReservations,
    response: Response,
) -> ReservationOut:
    """Hold stock; 201 the first time, 200 when repeated."""
    lines, new = reservations.hold(reservation_id, body.wanted())
    if new:
        response.status_code = 201
    return ReservationOut(id=reservation_id, lines=[LineOut(**asdict(line)) for line in lines])


@router.delete("/reservations/{reservation_id}", status_code=204)
def release(reservation_id: ReservationId, reservations: WiredReservations) -> None:
    """Give stock back; harmless to repeat."""
    reservations.release(reservation_id)
