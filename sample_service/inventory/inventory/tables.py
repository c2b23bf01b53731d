"""The tables, as the newest migration leaves them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
)

METADATA = MetaData()

ITEMS = Table(
    "items",
    METADATA,
    Column("sku", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("price_cents", BigInteger, nullable=False),
    Column("stock", BigInteger, nullable=False),
    # The last line of defence against selling what is not there.
    CheckConstraint("stock >= 0", name="items_stock_not_negative"),
    CheckConstraint("price_cents >= 0", name="items_price_not_negative"),
)

RESERVATIONS = Table(
    "reservations",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    CheckConstraint("state IN ('held', 'released')", name="reservations_state_known"),
)

RESERVATION_LINES = Table(
    "reservation_lines",
    METADATA,
    Column("reservation_id", String(64), ForeignKey("reservations.id"), primary_key=True),
    Column("sku", String(64), ForeignKey("items.sku"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("unit_price_cents", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="reservation_lines_quantity_positive"),
)
