"""What must be remembered of a running router so that a later command can take it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pytest_pipeline.domain.fleets import ProcessIdentity


@dataclass(frozen=True)
class EnvoyState:
    """A started Envoy, in plain values.

    Attributes:
        folder: Folder of its configuration and log.
        process: Its process.
        admin: Address of its admin interface, ``127.0.0.1:40001``.
        url: Base URL for clients.
        preview_url: Base URL of the preview.
    """

    folder: str
    process: ProcessIdentity
    admin: str
    url: str
    preview_url: str

    def to_mapping(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        return asdict(self)


def state_from_mapping(data: Mapping[str, Any]) -> EnvoyState:
    """Read a state.

    Raises:
        ValueError: If the mapping is not the state of a router.
    """
    try:
        process = ProcessIdentity(int(data["process"]["pid"]), float(data["process"]["created"]))
        return EnvoyState(
            folder=str(data["folder"]),
            process=process,
            admin=str(data["admin"]),
            url=str(data["url"]),
            preview_url=str(data["preview_url"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the state of a router: {error!r}") from error
