"""What is asked of a PostgreSQL server over its port, as its superuser."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import MissingExtraError, ResourceError

if TYPE_CHECKING:
    import psycopg

#: Name of the superuser of every server.
SUPERUSER = "postgres"
#: Longest name of a database that PostgreSQL does not cut, bytes.
MAX_NAME_BYTES = 63
#: How often a starting server is asked whether it is ready.
POLL_S = 0.02
#: Longest time to connect, seconds; whole, as the driver wants it.
CONNECT_TIMEOUT_S = 5
#: Longest wait for a server to say that it is there, seconds: one that is gone refuses at once, and
#: one on a machine that is out of breath is not gone.
ANSWER_TIMEOUT_S = 10.0
#: Longest time for a statement, milliseconds.
STATEMENT_TIMEOUT_MS = 30_000

# Source: PostgreSQL, "Message Formats", SSLRequest: length 8, code 80877103.
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)


@dataclass(frozen=True)
class Login:
    """How to log in to a server as its superuser.

    Attributes:
        host: Its address.
        port: Its port, 1-65535.
        password: The superuser's password.
    """

    host: str
    port: int
    password: str = field(repr=False)

    def url(self, database: str) -> str:
        """Return the URL of a database; it holds the password."""
        return f"postgresql://{SUPERUSER}:{self.password}@{self.host}:{self.port}/{database}"

    def server_version(self) -> str:
        """Return what the server says of its version, ``18.6``.

        Raises:
            ResourceError: If it does not let us in.
        """
        with _connected(self) as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return str(row[0]).split()[0] if row else ""

    def change_password(self, password: str) -> Login:
        """Give the superuser another password and return the login that has it.

        Only a verifier is sent, so that the server cannot log the password.

        Raises:
            ResourceError: If the server refuses.
        """
        with _connected(self) as connection:
            from psycopg import sql  # noqa: PLC0415 - an extra

            verifier = connection.pgconn.encrypt_password(
                password.encode(), SUPERUSER.encode(), b"scram-sha-256"
            )
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(SUPERUSER), sql.Literal(verifier.decode())
                )
            )
        return Login(self.host, self.port, password)

    def create_database(self, name: str) -> str:
        """Create an empty database and return its URL.

        Raises:
            ResourceError: If the server refuses or does not answer.
        """
        if not 0 < len(name.encode()) <= MAX_NAME_BYTES:
            raise ResourceError(
                f"database name {name!r} must have 1 to {MAX_NAME_BYTES} bytes, "
                f"got {len(name.encode())}; shorten the names of service and resource"
            )
        with _connected(self) as connection:
            from psycopg import sql  # noqa: PLC0415 - an extra

            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)


def await_login(
    login: Login, *, clock: Clock, timeout_s: float, gone: Callable[[], str | None]
) -> str:
    """Wait until a server lets its superuser in, and return its version.

    Args:
        login: How to log in.
        clock: Measures the deadline.
        timeout_s: Longest time to readiness, seconds, > 0.
        gone: Says why waiting is in vain; None while it is not.

    Raises:
        ResourceError: If it is gone, or not ready in time; names the server's last answer.
    """
    deadline = clock.now() + timeout_s
    while True:
        reason = gone()
        if reason is not None:
            raise ResourceError(reason)
        try:
            return login.server_version()
        except ResourceError as error:
            if clock.now() > deadline:
                raise ResourceError(
                    f"PostgreSQL was not ready within {timeout_s:g} s: {error}"
                ) from error
        clock.sleep(POLL_S)


def answers(host: str, port: int, *, timeout_s: float = ANSWER_TIMEOUT_S) -> bool:
    """Return whether a PostgreSQL server answers at an address, without logging in."""
    try:
        with socket.create_connection((host, port), timeout=timeout_s) as connection:
            connection.sendall(_SSL_REQUEST)
            return connection.recv(1) in (b"S", b"N")
    except OSError:
        return False


@contextlib.contextmanager
def _connected(login: Login) -> Iterator[psycopg.Connection]:
    """Yield a connection that commits by itself; any failure becomes a ``ResourceError``."""
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("PostgreSQL", "deploy") from error
    try:
        with psycopg.connect(
            host=login.host,
            port=login.port,
            user=SUPERUSER,
            password=login.password,
            dbname="postgres",
            connect_timeout=CONNECT_TIMEOUT_S,
            options=f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
            autocommit=True,
        ) as connection:
            yield connection
    except psycopg.Error as error:
        raise ResourceError(
            f"PostgreSQL at {login.host}:{login.port} refused: {' '.join(str(error).split())}"
        ) from error
