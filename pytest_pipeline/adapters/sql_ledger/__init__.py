"""The ledger in a database: a SQLite file, or PostgreSQL for a team."""

from pytest_pipeline.adapters.sql_ledger.ledger import SqlLedger, sqlite_url

__all__ = ["SqlLedger", "sqlite_url"]
