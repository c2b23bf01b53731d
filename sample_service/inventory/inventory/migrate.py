"""Brings the schema to the newest revision."""

from alembic import command
from alembic.config import Config

from inventory.database import open_engine


def migrate(database_url: str) -> None:
    """Apply all migrations that are not applied yet; harmless to repeat."""
    config = Config()
    config.set_main_option("script_location", "inventory:migrations")
    engine = open_engine(database_url)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
