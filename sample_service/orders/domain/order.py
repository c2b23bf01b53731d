"""Orders and their lines; money is in whole cents."""

from dataclasses import dataclass
from datetime import datetime

from orders.domain.pricing import Totals
from orders.domain.states import Status


@dataclass(frozen=True, slots=True)
class WishedLine:
    """So many pieces of one product; count, >= 1."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A wished line with the price it was sold at."""

    sku: str
    quantity: int
    unit_price_cents: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer asks for."""

    customer: str
    lines: tuple[WishedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSummary:
    """An order as it stands in a list."""

    id: str
    customer: str
    status: Status
    total_cents: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order in full."""

    id: str
    customer: str
    status: Status
    lines: tuple[OrderLine, ...]
    totals: Totals
    created_at: datetime


def merge_lines(lines: tuple[WishedLine, ...]) -> tuple[WishedLine, ...]:
    """Return one line per product, sorted by SKU, quantities added up."""
    quantities: dict[str, int] = {}
    for line in lines:
        quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
    return tuple(WishedLine(sku, quantities[sku]) for sku in sorted(quantities))
