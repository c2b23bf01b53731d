"""Routes of products: what inventory has, in the words customers see."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from orders.api.parts import Wired
from orders.api.schemas import Sku

router = APIRouter(prefix="/products")


@router.get("")
def list_products(
    parts: Wired,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")] = "",
) -> dict[str, Any]:
    """List products by SKU; pass ``next`` as ``after`` to get the following page."""
    page = parts.inventory.products(limit=limit, after=after)
    return {"products": page["items"], "next": page["next"]}


@router.get("/{sku}")
def show_product(sku: Sku, parts: Wired) -> dict[str, Any]:
    """Show one product."""
    return parts.inventory.product(sku)
