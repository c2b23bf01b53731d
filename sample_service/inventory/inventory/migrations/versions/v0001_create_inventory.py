"""Create items and reservations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "items",
        sa.Column("sku", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("price_cents", sa.BigInteger, nullable=False),
        sa.Column("stock", sa.BigInteger, nullable=False),
        sa.CheckConstraint("stock >= 0", name="items_stock_not_negative"),
        sa.CheckConstraint("price_cents >= 0", name="items_price_not_negative"),
    )
    op.create_table(
        "reservations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.CheckConstraint("state IN ('held', 'released')", name="reservations_state_known"),
    )
    op.create_table(
        "reservation_lines",
        sa.Column(
            "reservation_id", sa.String(64), sa.ForeignKey("reservations.id"), primary_key=True
        ),
        sa.Column("sku", sa.String(64), sa.ForeignKey("items.sku"), primary_key=True),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("unit_price_cents", sa.BigInteger, nullable=False),
        sa.CheckConstraint("quantity > 0", name="reservation_lines_quantity_positive"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("reservation_lines")
    op.drop_table("reservations")
    op.drop_table("items")
