"""The tables, as the newest migration leaves them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

METADATA = MetaData()

ORDERS = Table(
    "orders",
    METADATA,
    # The row number is the paging cursor. SQLite counts up in INTEGER keys only.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("customer", String(100), nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("subtotal_cents", BigInteger, nullable=False),
    Column("discount_cents", BigInteger, nullable=False),
    Column("shipping_cents", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint(
        "status IN ('placed', 'paid', 'shipped', 'cancelled', 'refunded')",
        name="orders_status_known",
    ),
)

ORDER_LINES = Table(
    "order_lines",
    METADATA,
    Column("order_id", String(32), ForeignKey("orders.id"), primary_key=True),
    Column("sku", String(64), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("unit_price_cents", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="order_lines_quantity_positive"),
)

# The primary key is what makes concurrent duplicates safe: of any number of requests with
# one key, exactly one inserts its row.
IDEMPOTENCY_KEYS = Table(
    "idempotency_keys",
    METADATA,
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("order_id", String(32), nullable=False),
    Column("claimed_at", DateTime(timezone=True), nullable=False),
    Column("answer_status", SmallInteger),
    Column("answer_body", Text),
)
