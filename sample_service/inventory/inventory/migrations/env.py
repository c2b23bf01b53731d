"""Runs migrations on the connection that ``inventory.migrate`` opened."""

from alembic import context
from sqlalchemy import Connection, text

from inventory.tables import METADATA

# Any constant will do, if no other service locks it in the same database.
MIGRATION_LOCK = 728_302


def run(connection: Connection) -> None:
    """Migrate within the open transaction, one instance at a time."""
    if connection.dialect.name == "postgresql":
        # A large table may take longer than a request may.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
    context.configure(
        connection=connection, target_metadata=METADATA, version_table="inventory_schema_version"
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
