"""What goes in and out as JSON."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orders.domain.idempotency import Answer
from orders.domain.order import Order, OrderSummary, Wish, WishedLine, merge_lines
from orders.domain.states import Status
from orders.inventory_client import InventoryRefusedError

# No slash, no dots alone: a SKU becomes part of inventory's paths.
Sku = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
# A NUL is valid JSON but no text for PostgreSQL.
Customer = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$"
    ),
]


class LineIn(BaseModel):
    """One wished product."""

    model_config = ConfigDict(extra="forbid")

    sku: Sku
    quantity: Annotated[int, Field(ge=1, le=1000, strict=True)]


class OrderIn(BaseModel):
    """The body of ``POST /orders``."""

    model_config = ConfigDict(extra="forbid")

    customer: Customer
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=50)]

    def wish(self) -> Wish:
        """Return the same in the words of the domain."""
        lines = tuple(WishedLine(line.sku, line.quantity) for line in self.lines)
        return Wish(self.customer, merge_lines(lines))


class LineOut(BaseModel):
    """One sold product."""

    sku: str
    quantity: int
    unit_price_cents: int


class SummaryOut(BaseModel):
    """An order in a list."""

    id: str
    customer: str
    status: Status
    total_cents: int
    created_at: datetime

    @classmethod
    def of(cls, order: OrderSummary) -> Self:
        """Show a summary."""
        return cls(
            id=order.id,
            customer=order.customer,
            status=order.status,
            total_cents=order.total_cents,
            created_at=order.created_at,
        )


class OrderOut(SummaryOut):
    """An order in full."""

    lines: list[LineOut]
    subtotal_cents: int
    discount_cents: int
    shipping_cents: int

    @classmethod
    def full(cls, order: Order) -> Self:
        """Show an order."""
        return cls(
            id=order.id,
            customer=order.customer,
            status=order.status,
            total_cents=order.totals.total_cents,
            created_at=order.created_at,
            lines=[
                LineOut(
                    sku=line.sku, quantity=line.quantity, unit_price_cents=line.unit_price_cents
                )
                for line in order.lines
            ],
            subtotal_cents=order.totals.subtotal_cents,
            discount_cents=order.totals.discount_cents,
            shipping_cents=order.totals.shipping_cents,
        )


class PageOut(BaseModel):
    """A page of orders; ``next`` is the cursor of the following page."""

    orders: list[SummaryOut]
    next: int | None


class ProblemOut(BaseModel):
    """Why something was not done: ``code`` for programs, ``message`` for people."""

    code: str
    message: str


def render_order(order: Order) -> Answer:
    """Return the answer to a placed order."""
    return Answer(201, OrderOut.full(order).model_dump_json())


def render_refusal(refusal: InventoryRefusedError) -> Answer:
    """Return the answer to an order that inventory refused."""
    problem = ProblemOut(code=refusal.code, message=refusal.message)
    return Answer(refusal.status, problem.model_dump_json())
