"""The record of a server: what a later command needs to find and stop it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.errors import StateError


@dataclass(frozen=True)
class ServerRecord:
    """A server that was started.

    Attributes:
        provider: ``container`` or ``embedded``.
        version: Server version as it says of itself, with the image where there is one.
        note: Why this provider was taken; may be empty.
        host: Address it answers at.
        port: Port, 1-65535.
        secret: Path of the file that holds its password (mode 0600); never the password.
        log: Path of its log; empty for a container.
        data: Path of its data folder; empty for a container.
        process: Its process; None for a container.
        container: Name of its container; empty for a process.
        image: Digest of the container's image, ``sha256:…``; empty for a process.
    """

    provider: str
    version: str
    note: str
    host: str
    port: int
    secret: str
    log: str = ""
    data: str = ""
    process: ProcessIdentity | None = None
    container: str = ""
    image: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the record as JSON values."""
        return asdict(self)


def record_from_json(values: Mapping[str, Any]) -> ServerRecord:
    """Read a record that ``to_json`` wrote.

    Raises:
        StateError: If it is none.
    """
    try:
        process = values["process"]
        identity = None if process is None else ProcessIdentity(**process)
        return ServerRecord(**{**values, "process": identity})
    except (KeyError, TypeError) as error:
        raise StateError(
            f"the record of a PostgreSQL server cannot be read ({error}); it was written by "
            "another version: end its environment with that version, then start anew"
        ) from error
