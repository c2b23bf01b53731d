"""The items on offer."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from inventory.database import reading
from inventory.tables import ITEMS


@dataclass(frozen=True, slots=True)
class Item:
    """A product: its price in cents and the pieces left, both >= 0."""

    sku: str
    name: str
    price_cents: int
    stock: int


class Catalogue:
    """Reads and writes items."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def put(self, item: Item) -> bool:
        """Create or replace an item; returns whether it is new."""
        values = {"name": item.name, "price_cents": item.price_cents, "stock": item.stock}
        change = update(ITEMS).where(ITEMS.c.sku == item.sku).values(**values)
        with self._engine.begin() as connection:
            if connection.execute(change).rowcount:
                return False
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(ITEMS).values(sku=item.sku, **values))
        except IntegrityError:
            # Another request created it in between: then this one replaces it.
            with self._engine.begin() as connection:
                connection.execute(change)
            return False
        return True

    def find(self, sku: str) -> Item | None:
        """Return an item, or None."""
        with self._reader.connect() as connection:
            row = connection.execute(select(ITEMS).where(ITEMS.c.sku == sku)).one_or_none()
        return None if row is None else _item(row)

    def page(self, *, limit: int, after: str) -> list[Item]:
        """Return up to ``limit`` items whose SKU sorts after ``after``."""
        query = select(ITEMS).where(ITEMS.c.sku > after).order_by(ITEMS.c.sku).limit(limit)
        with self._reader.connect() as connection:
            return [_item(row) for row in connection.execute(query)]


def _item(row: Row[Any]) -> Item:
    return Item(row.sku, row.name, row.price_cents, row.stock)
