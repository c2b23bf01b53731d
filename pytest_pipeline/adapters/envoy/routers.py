"""Starts Envoys and finds kept ones again: implements `engine.toolbox.Routers`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import attach_envoy, start_envoy
from pytest_pipeline.adapters.envoy.state import state_from_mapping
from pytest_pipeline.engine.ports import Clock, Processes, Router
from pytest_pipeline.errors import RouterError


class EnvoyRouters:
    """Envoys on this machine.

    Args:
        processes: Starts and guards them.
        clock: For their deadlines.
    """

    def __init__(self, processes: Processes, clock: Clock) -> None:
        self._processes = processes
        self._clock = clock

    def start(
        self,
        folder: Path,
        *,
        keep: bool,
        port: int | None = None,
        preview_port: int | None = None,
    ) -> EnvoyRouter:
        """Start a router; see `start_envoy`."""
        return start_envoy(
            self._processes,
            self._clock,
            folder=folder,
            keep=keep,
            port=port,
            preview_port=preview_port,
        )

    def record(self, router: Router) -> Mapping[str, object]:
        """Return what is needed to find the router again, as JSON values.

        Raises:
            TypeError: If the router is not one of these.
        """
        if not isinstance(router, EnvoyRouter):
            raise TypeError(f"wanted an EnvoyRouter, got {type(router).__name__}")
        return router.state().to_mapping()

    def attach(self, record: Mapping[str, object]) -> EnvoyRouter:
        """Return the router of a record, whether or not it still runs.

        Raises:
            RouterError: If the record is not one of a router, or its documents cannot be read.
        """
        try:
            state = state_from_mapping(record)
        except ValueError as error:
            raise RouterError(
                f"the record of the kept environment is damaged: {error}; "
                "`pytest-pipeline down` ends what is left of it"
            ) from error
        return attach_envoy(self._processes, self._clock, state)
