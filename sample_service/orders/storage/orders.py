"""Orders in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from orders.domain.idempotency import Answer, Claim
from orders.domain.order import Order, OrderLine, OrderSummary
from orders.domain.pricing import Totals
from orders.domain.states import Status
from orders.storage.claims import as_utc, record_answer
from orders.storage.engine import reading
from orders.storage.tables import ORDER_LINES as LINES
from orders.storage.tables import ORDERS


@dataclass(frozen=True, slots=True)
class Page:
    """Some orders, newest first, and the cursor of the next page if there is one."""

    orders: tuple[OrderSummary, ...]
    next_cursor: int | None


class OrderStore:
    """Reads and writes orders."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def add(self, order: Order, claim: Claim, answer: Answer) -> None:
        """Store an order together with the answer that its key repeats: both or neither.

        Raises:
            LostClaimError: If the claim was taken over; nothing is stored then.
        """
        with self._engine.begin() as connection:
            record_answer(connection, claim, answer)
            connection.execute(
                insert(ORDERS).values(
                    id=order.id,
                    customer=order.customer,
                    status=order.status.value,
                    subtotal_cents=order.totals.subtotal_cents,
                    discount_cents=order.totals.discount_cents,
                    shipping_cents=order.totals.shipping_cents,
                    created_at=order.created_at,
                )
            )
            connection.execute(
                insert(LINES),
                [
                    {
                        "order_id": order.id,
                        "sku": line.sku,
                        "quantity": line.quantity,
                        "unit_price_cents": line.unit_price_cents,
                    }
                    for line in order.lines
                ],
            )

    def find(self, order_id: str) -> Order | None:
        """Return an order in full, or None."""
        with self._reader.connect() as connection:
            row = connection.execute(select(ORDERS).where(ORDERS.c.id == order_id)).one_or_none()
            if row is None:
                return None
            lines = connection.execute(
                select(LINES).where(LINES.c.order_id == order_id).order_by(LINES.c.sku)
            ).all()
        return _order(row, lines)

    def page(self, *, limit: int, cursor: int | None, customer: str | None) -> Page:
        """Return up to ``limit`` orders older than ``cursor``, newest first.

        A cursor, unlike an offset, neither repeats nor skips orders while new ones come in.
        """
        query = select(ORDERS).order_by(ORDERS.c.number.desc()).limit(limit + 1)
        if cursor is not None:
            query = query.where(ORDERS.c.number < cursor)
        if customer is not None:
            query = query.where(ORDERS.c.customer == customer)
        with self._reader.connect() as connection:
            rows = connection.execute(query).all()
        shown = rows[:limit]
        return Page(
            orders=tuple(_summary(row) for row in shown),
            next_cursor=shown[-1].number if len(rows) > limit else None,
        )

    def move(self, order_id: str, *, stands: Status, moves_to: Status) -> bool:
        """Change an order's status; false if it no longer stands where expected."""
        statement = (
            update(ORDERS)
            .where(ORDERS.c.id == order_id, ORDERS.c.status == stands.value)
            .values(status=moves_to.value)
        )
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount == 1


def _totals(row: Row[Any]) -> Totals:
    return Totals(row.subtotal_cents, row.discount_cents, row.shipping_cents)


def _summary(row: Row[Any]) -> OrderSummary:
    return OrderSummary(
        id=row.id,
        customer=row.customer,
        status=Status(row.status),
        total_cents=_totals(row).total_cents,
        created_at=as_utc(row.created_at),
    )


def _order(row: Row[Any], lines: Sequence[Row[Any]]) -> Order:
    return Order(
        id=row.id,
        customer=row.customer,
        status=Status(row.status),
        lines=tuple(OrderLine(line.sku, line.quantity, line.unit_price_cents) for line in lines),
        totals=_totals(row),
        created_at=as_utc(row.created_at),
    )
