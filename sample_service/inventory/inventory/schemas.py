"""What goes in and out as JSON."""

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SKU_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
Sku = Annotated[str, StringConstraints(pattern=SKU_PATTERN)]
SkuInPath = Annotated[str, Path(pattern=SKU_PATTERN)]
ReservationId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class ItemIn(BaseModel):
    """The body of ``PUT /items/{sku}``."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
    price_cents: Annotated[int, Field(ge=0, le=10**9, strict=True)]
    stock: Annotated[int, Field(ge=0, le=10**12, strict=True)]


class ItemOut(BaseModel):
    """An item as it stands now."""

    sku: str
    name: str
    price_cents: int
    stock: int


class ItemPage(BaseModel):
    """A page of items; ``next`` is where the following page goes on."""

    items: list[ItemOut]
    next: str | None


class LineIn(BaseModel):
    """Pieces wanted of one item."""

    model_config = ConfigDict(extra="forbid")

    sku: Sku
    quantity: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]


class ReservationIn(BaseModel):
    """The body of ``PUT /reservations/{id}``."""

    model_config = ConfigDict(extra="forbid")

    lines: Annotated[list[LineIn], Field(min_length=1, max_length=100)]

    def wanted(self) -> dict[str, int]:
        """Return the pieces wanted of each item."""
        quantities: dict[str, int] = {}
        for line in self.lines:
            quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
        return quantities


class LineOut(BaseModel):
    """Pieces held of one item, and the price of one."""

    sku: str
    quantity: int
    unit_price_cents: int


class ReservationOut(BaseModel):
    """What is held under an id."""

    id: str
    lines: list[LineOut]
