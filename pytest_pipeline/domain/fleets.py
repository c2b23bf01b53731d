"""The fleet: instances as they are recorded and observed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProcessIdentity:
    """A process, recognisable after its number was given to another.

    Attributes:
        pid: Process number; also its process group.
        created: When it was created, as the system says (seconds; only for comparison).
    """

    pid: int
    created: float


@dataclass(frozen=True)
class Instance:
    """One running copy of a release.

    Attributes:
        id: Identifier, ``r7-0``.
        release: Number of its release.
        host: Address it listens on.
        port: Port it listens on, 1-65535.
        process: Its process.
        log: Path of the file that holds its output.
    """

    id: str
    release: int
    host: str
    port: int
    process: ProcessIdentity
    log: str

    @property
    def url(self) -> str:
        """Base URL of the instance itself, past the router."""
        return f"http://{self.host}:{self.port}"


@dataclass(frozen=True)
class Fleet:
    """The instances of one release, as planned.

    Attributes:
        release: Number of the release.
        instances: Identifiers of its instances; at least one.
    """

    release: int
    instances: tuple[str, ...]
