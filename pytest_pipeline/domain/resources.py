"""Resources: what an environment's releases depend on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Provider(StrEnum):
    """Who provides a resource.

    ``AUTO`` takes a container where a Docker engine answers and the image can be had, else the
    embedded wheel; only an explicit ``CONTAINER`` is refused without Docker.
    """

    AUTO = "auto"
    CONTAINER = "container"
    EMBEDDED = "embedded"


@dataclass(frozen=True)
class PostgresSpec:
    """A PostgreSQL database.

    Attributes:
        name: Name of the resource in the configuration.
        provider: Who provides it.
        version: Major version of the embedded provider.
        image: Image of the container provider.
        start_timeout_s: Longest time to readiness, seconds, > 0.
    """

    name: str
    provider: Provider = Provider.AUTO
    version: int = 18
    image: str = "postgres:18"
    start_timeout_s: float = 60.0


@dataclass(frozen=True)
class PeerSpec:
    """A peer service, built and run the way the service itself is, as one instance.

    Attributes:
        name: Name of the resource in the configuration.
        path: Service root of the peer, relative to the root of the service.
    """

    name: str
    path: str


ResourceSpec = PostgresSpec | PeerSpec


@dataclass(frozen=True)
class ProvidedResource:
    """A resource that is up.

    Attributes:
        name: Name of the resource in the configuration.
        kind: ``postgres`` or ``service``.
        provider: Who really provides it: ``container``, ``embedded`` or ``process``.
        version: What was used, as it says of itself (server version, artifact digest).
        url: Where it is reached; holds its password, so it never goes into evidence or logs.
        note: Why this provider was taken, where that needs saying; for people.
        image: Digest of the container image, ``sha256:…``; empty where there is none.
    """

    name: str
    kind: str
    provider: str
    version: str
    url: str
    note: str = ""
    image: str = ""
