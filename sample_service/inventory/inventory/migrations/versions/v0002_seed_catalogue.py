"""Put the first products on offer.

Stock is huge, so that tests which share an environment do not sell each other out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

PLENTY = 1_000_000_000
CATALOGUE = (
    ("book", "Book", 2450),
    ("lamp", "Desk lamp", 3990),
    ("mug", "Mug", 890),
    ("pen", "Pen", 150),
    ("poster", "Poster", 1290),
)


def upgrade() -> None:
    """Insert the catalogue."""
    op.bulk_insert(
        _items(),
        [
            {"sku": sku, "name": name, "price_cents": price_cents, "stock": PLENTY}
            for sku, name, price_cents in CATALOGUE
        ],
    )


def downgrade() -> None:
    """Remove the catalogue."""
    items = _items()
    op.execute(items.delete().where(items.c.sku.in_([sku for sku, _, _ in CATALOGUE])))


def _items() -> sa.TableClause:
    # Not the application's table: a migration must mean the same when that has moved on.
    return sa.table(
        "items",
        sa.column("sku", sa.String),
        sa.column("name", sa.String),
        sa.column("price_cents", sa.BigInteger),
        sa.column("stock", sa.BigInteger),
    )
