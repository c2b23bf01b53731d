"""Chooses the provider of PostgreSQL that a configuration asks for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from pytest_pipeline.adapters.postgres.container import ContainerPostgres
from pytest_pipeline.adapters.postgres.container_server import ContainerServer
from pytest_pipeline.adapters.postgres.embedded import EmbeddedPostgres
from pytest_pipeline.adapters.postgres.embedded_server import EmbeddedServer
from pytest_pipeline.adapters.postgres.guards import Guards
from pytest_pipeline.adapters.postgres.records import record_from_json
from pytest_pipeline.domain.resources import PostgresSpec, Provider
from pytest_pipeline.engine.ports import Clock, PostgresServer
from pytest_pipeline.errors import MissingExtraError, ResourceUnavailableError, StateError


class ChosenPostgres:
    """Implements `engine.ports.PostgresProvider`; finds kept servers again.

    Args:
        processes: Starts and guards.
        clock: Measures deadlines.
        owner: Token that containers are labelled with; random when empty.
        environ: Environment variables, for the place of the cache; None for the own.
    """

    def __init__(
        self,
        processes: Guards,
        clock: Clock,
        *,
        owner: str = "",
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._processes = processes
        self._clock = clock
        owner = owner or secrets.token_hex(8)
        self._container = ContainerPostgres(processes, clock, owner=owner)
        self._embedded = EmbeddedPostgres(processes, clock, environ=environ)
        self._refused: dict[str, str] = {}

    def provide(self, spec: PostgresSpec, *, folder: Path, keep: bool) -> PostgresServer:
        """Start a server of the provider that the spec names; see the port.

        ``auto`` takes a container where an engine answers and has or gets the image, else the
        embedded one, whose note says why.
        """
        match spec.provider:
            case Provider.CONTAINER:
                return self._container.provide(spec, folder=folder, keep=keep)
            case Provider.EMBEDDED:
                return self._embedded.provide(spec, folder=folder, keep=keep)
            case Provider.AUTO:
                reason = self._refusal(spec)
                if reason is None:
                    return self._container.provide(spec, folder=folder, keep=keep)
                note = f"embedded, because {reason}"
                return self._embedded.provide(spec, folder=folder, keep=keep, note=note)

    def record(self, server: PostgresServer) -> Mapping[str, object]:
        """Return what is needed to find a server again, as JSON values without its password.

        Raises:
            StateError: If the server is of another provider.
        """
        if not isinstance(server, ContainerServer | EmbeddedServer):
            raise StateError(f"{server!r} was not started by this provider")
        return server.state().to_json()

    def attach(self, record: Mapping[str, object]) -> PostgresServer:
        """Return the server of a record, whether or not it still runs.

        Raises:
            StateError: If the record cannot be read.
        """
        known = record_from_json(record)
        if known.provider == "container":
            return ContainerServer(known, self._processes)
        if known.process is None:
            raise StateError("the record of an embedded PostgreSQL names no process")
        return EmbeddedServer(known, self._processes, self._clock)

    def _refusal(self, spec: PostgresSpec) -> str | None:
        """Return why there can be no container, in words; asked once for each image."""
        if spec.image in self._refused:
            return self._refused[spec.image]
        try:
            self._container.image(spec)
        except (MissingExtraError, ResourceUnavailableError) as error:
            reason = str(error).partition(";")[0]
            self._refused[spec.image] = reason
            return reason
        return None
