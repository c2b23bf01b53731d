"""Stock held for orders.

A reservation is made under an id that the caller chooses, so making it twice holds once.
Releasing an id that is not known yet leaves a mark: a reservation that arrives after its own
release (it was slow, the caller gave up) is refused and holds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from inventory.database import reading
from inventory.tables import ITEMS, RESERVATION_LINES, RESERVATIONS

HELD = "held"
RELEASED = "released"


class UnknownSkuError(LookupError):
    """There is no such item."""


class InsufficientStockError(RuntimeError):
    """Not enough pieces are left."""


class ReservationConflictError(RuntimeError):
    """The id stands for another reservation, or for a released one."""


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Pieces held, and the price of one of them when they were."""

    sku: str
    quantity: int
    unit_price_cents: int


class Reservations:
    """Holds and releases stock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def hold(self, reservation_id: str, wanted: Mapping[str, int]) -> tuple[list[HeldLine], bool]:
        """Hold all of the wanted pieces or none; returns the lines and whether it is new.

        Raises:
            UnknownSkuError: If an item does not exist.
            InsufficientStockError: If too few pieces are left.
            ReservationConflictError: If the id was used for something else.
        """
        try:
            with self._engine.begin() as connection:
                # First of all the id: of two requests with one id, the second waits here.
                connection.execute(insert(RESERVATIONS).values(id=reservation_id, state=HELD))
                # In one order for everybody: two requests cannot lock each other out.
                lines = [_take(connection, sku, wanted[sku]) for sku in sorted(wanted)]
                connection.execute(
                    insert(RESERVATION_LINES),
                    [
                        {
                            "reservation_id": reservation_id,
                            "sku": line.sku,
                            "quantity": line.quantity,
                            "unit_price_cents": line.unit_price_cents,
                        }
                        for line in lines
                    ],
                )
        except IntegrityError:
            return self._repeat(reservation_id, wanted), False
        return lines, True

    def release(self, reservation_id: str) -> None:
        """Give held pieces back; harmless to repeat."""
        try:
            with self._engine.begin() as connection:
                if self._give_back(connection, reservation_id):
                    return
                connection.execute(insert(RESERVATIONS).values(id=reservation_id, state=RELEASED))
        except IntegrityError:
            # It is there: released before, or held a moment ago by a request still running then.
            with self._engine.begin() as connection:
                self._give_back(connection, reservation_id)

    def _repeat(self, reservation_id: str, wanted: Mapping[str, int]) -> list[HeldLine]:
        query = select(RESERVATION_LINES).where(
            RESERVATION_LINES.c.reservation_id == reservation_id
        )
        state = select(RESERVATIONS.c.state).where(RESERVATIONS.c.id == reservation_id)
        with self._reader.connect() as connection:
            if connection.execute(state).scalar_one() == RELEASED:
                raise ReservationConflictError(f"reservation {reservation_id!r} was released")
            rows = connection.execute(query.order_by(RESERVATION_LINES.c.sku)).all()
        lines = [HeldLine(row.sku, row.quantity, row.unit_price_cents) for row in rows]
        if {line.sku: line.quantity for line in lines} != dict(wanted):
            raise ReservationConflictError(f"reservation {reservation_id!r} holds other pieces")
        return lines

    def _give_back(self, connection: Connection, reservation_id: str) -> bool:
        change = (
            update(RESERVATIONS)
            .where(RESERVATIONS.c.id == reservation_id, RESERVATIONS.c.state == HELD)
            .values(state=RELEASED)
        )
        if not connection.execute(change).rowcount:
            return False
        lines = select(RESERVATION_LINES).where(
            RESERVATION_LINES.c.reservation_id == reservation_id
        )
        for line in connection.execute(lines.order_by(RESERVATION_LINES.c.sku)).all():
            connection.execute(
                update(ITEMS)
                .where(ITEMS.c.sku == line.sku)
                .values(stock=ITEMS.c.stock + line.quantity)
            )
        return True


def _take(connection: Connection, sku: str, quantity: int) -> HeldLine:
    # One statement both looks and takes: nobody can come in between.
    taken = connection.execute(
        update(ITEMS)
        .where(ITEMS.c.sku == sku, ITEMS.c.stock >= quantity)
        .values(stock=ITEMS.c.stock - quantity)
        .returning(ITEMS.c.price_cents)
    ).one_or_none()
    if taken is not None:
        return HeldLine(sku, quantity, taken.price_cents)
    if connection.execute(select(ITEMS.c.sku).where(ITEMS.c.sku == sku)).one_or_none() is None:
        raise UnknownSkuError(f"no item {sku!r}")
    raise InsufficientStockError(f"fewer than {quantity} of {sku!r} left")
