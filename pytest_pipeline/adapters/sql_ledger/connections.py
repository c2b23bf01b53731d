"""Connections to the ledger's database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from pytest_pipeline.adapters.sql_ledger.schema import SCHEMA_VERSION, metadata, schema
from pytest_pipeline.errors import StateError

_BUSY_TIMEOUT_S = 10.0
#: Execution option of transactions that only read.
_READS = "reads"


class Connections:
    """Opens transactions; makes the database at the first.

    Args:
        url: SQLAlchemy's URL of the database.
    """

    def __init__(self, url: str | URL) -> None:
        self._url = make_url(url)
        self._is_sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = _sqlite_engine(self._url) if self._is_sqlite else create_engine(self._url)
        self._reader = self._engine.execution_options(**{_READS: True})
        self._is_prepared = False

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction that is durable when the block ends, or undone when it raises.

        Raises:
            StateError: If the database cannot be read or written.
            IntegrityError: SQLAlchemy's, if a row is there already.
        """
        try:
            if not self._is_prepared:
                self._prepare()
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise self._state_error(error) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads: it waits for no writer, and none waits for it.

        Raises:
            StateError: If the database cannot be read.
        """
        try:
            if not self._is_prepared:
                self._prepare()
            with self._reader.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._state_error(error) from error

    def _prepare(self) -> None:
        if self._is_sqlite and self._url.database:
            try:
                Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StateError(f"cannot make the ledger's folder: {error}; {_REMEDY}") from error
        with self._engine.begin() as connection:
            metadata.create_all(connection)
            found = connection.scalar(select(schema.c.version))
            if found is None:
                connection.execute(insert(schema).values(version=SCHEMA_VERSION))
            elif found > SCHEMA_VERSION:
                raise StateError(
                    f"the ledger {self._shown} has schema {found}, this version knows up to "
                    f"{SCHEMA_VERSION}: a newer pytest-pipeline-gates wrote it; upgrade this one"
                )
            elif found < SCHEMA_VERSION:
                # Every change so far is a table that was missing, made above, or a key of JSON
                # that has a default: nothing of an older ledger needs to be rewritten.
                connection.execute(update(schema).values(version=SCHEMA_VERSION))
        self._is_prepared = True

    @property
    def _shown(self) -> str:
        hidden = self._url.render_as_string(hide_password=True)
        return self._url.database or hidden if self._is_sqlite else hidden

    def _state_error(self, error: SQLAlchemyError) -> StateError:
        # Only the driver's words: SQLAlchemy's own quote the values as well.
        said = error.orig if isinstance(error, DBAPIError) else type(error).__name__
        return StateError(f"cannot use the ledger {self._shown}: {said}; {_REMEDY}")


_REMEDY = "make the place readable and writable for you, and see to free space"


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": _BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions are begun below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes then could not be retried by the busy timeout.
        reads = connection.get_execution_options().get(_READS)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine
