"""What an owner has running: told to its guardian, and kept in its record."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pytest_pipeline.domain.fleets import ProcessIdentity


@dataclass(frozen=True)
class Belongings:
    """Everything that must not outlive an owner.

    Attributes:
        token: Token of the owner.
        owner: Its process.
        host: Name of the machine; process numbers mean nothing on another.
        processes: Started processes, with their names for people.
        pending: What is to be kept but was not handed over yet: marks of processes, and which of
            the containers and folders.
        containers: Identifiers of Docker containers.
        folders: Folders to delete.
    """

    token: str
    owner: ProcessIdentity
    host: str = field(default_factory=platform.node)
    processes: tuple[tuple[ProcessIdentity, str], ...] = ()
    pending: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def leaders(self) -> tuple[ProcessIdentity, ...]:
        """The started processes."""
        return tuple(process for process, _ in self.processes)

    def with_process(self, process: ProcessIdentity, name: str) -> Belongings:
        """Return these and a process."""
        return replace(self, processes=(*self.processes, (process, name)))

    def without_process(self, process: ProcessIdentity) -> Belongings:
        """Return these without a process."""
        return replace(self, processes=tuple(p for p in self.processes if p[0] != process))

    def with_pending(self, what: str) -> Belongings:
        """Return these, one of which, a mark, a container or a folder, is to be kept."""
        return replace(self, pending=(*self.pending, what))

    def handed_over(self) -> Belongings:
        """Return these without what is to be kept."""
        return replace(
            self,
            pending=(),
            containers=tuple(one for one in self.containers if one not in self.pending),
            folders=tuple(one for one in self.folders if one not in self.pending),
        )

    def to_json(self) -> str:
        """Return one line of JSON."""
        return json.dumps(asdict(self))


def belongings_from_json(text: str | bytes) -> Belongings:
    """Read what `Belongings.to_json` wrote.

    Raises:
        ValueError: If the text is torn or something else.
    """
    try:
        data: dict[str, Any] = json.loads(text)
        return Belongings(
            token=str(data["token"]),
            owner=ProcessIdentity(**data["owner"]),
            host=str(data["host"]),
            processes=tuple((ProcessIdentity(**one), str(name)) for one, name in data["processes"]),
            pending=tuple(data["pending"]),
            containers=tuple(data["containers"]),
            folders=tuple(data["folders"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the record of an owner: {error}") from error
