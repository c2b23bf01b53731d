"""Target and router as a controller meets them: everything that happens may go wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.routing import BackendState, RoutingTable
from pytest_pipeline.engine.ports import LaunchRequest, Router
from pytest_pipeline.errors import RouterError, TargetError, TargetStartError
from pytest_pipeline.testing.fake_router import FakeRouter
from pytest_pipeline.testing.simulation.faults import FaultKind
from pytest_pipeline.testing.simulation.world import World

#: How late an instance is that is slow to get ready, seconds.
SLOW_S = 2.0


class StruckTarget:
    """The target of a world.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.is_running = world.target.is_running
        self.settle = world.target.settle
        self.log_tail = world.target.log_tail

    def launch(self, request: LaunchRequest) -> Instance:
        """Start an instance, unless that goes wrong."""
        world = self._world
        world.point()
        if world.takes(FaultKind.LAUNCH_FAILS, request.id):
            raise TargetStartError(f"{request.id} cannot be started")
        instance = world.target.launch(request)
        world.loose[instance.process.pid] = instance
        world.log.add("launch", instance.id)
        if world.takes(FaultKind.NEVER_READY, request.id):
            world.health.suspend(instance, math.inf)
        elif world.takes(FaultKind.SLOW_READY, request.id):
            world.health.suspend(instance, SLOW_S)
        elif world.scenario.ready_s:
            world.health.suspend(instance, world.random.uniform(0, world.scenario.ready_s))
        world.referee.launched(instance)
        world.point()
        return instance

    def stop(self, instance: Instance, *, grace_s: float) -> None:
        """Stop an instance, unless that goes wrong."""
        world = self._world
        world.point()
        if world.target.is_running(instance) and world.takes(FaultKind.STOP_FAILS, instance.id):
            raise TargetError(f"{instance.id} could not be ended")
        drains_s = world.drained_for_s(instance.id)
        answers = drains_s < grace_s and world.in_flight(instance.id)
        world.referee.stopping(instance, in_flight=answers)
        world.target.stop(instance, grace_s=grace_s)
        world.loose.pop(instance.process.pid, None)
        world.draining.pop(instance.id, None)
        world.log.add("stop", instance.id)
        world.point()


class StruckRouter:
    """A router of a world.

    Args:
        world: The world.
        number: Which of its routers.
    """

    def __init__(self, world: World, number: int) -> None:
        self._world = world
        self.number = number
        self._router: FakeRouter = world.routers[number]
        self.is_running = self._router.is_running
        self.forget_marked = self._router.forget_marked
        self.marked = self._router.marked
        self._backends: dict[str, bool] = {
            backend.instance: backend.state is BackendState.SERVING
            for pool in self._router.table.pools
            for backend in pool.backends
        }

    @property
    def url(self) -> str:
        """Base URL for clients."""
        return self._router.url

    @property
    def preview_url(self) -> str:
        """Base URL of the preview."""
        return self._router.preview_url

    @property
    def counts_at(self) -> str:
        """Address at which `engine.request_ledger` asks for counts; empty where nobody can."""
        return self._router.counts_at

    def apply(self, table: RoutingTable) -> None:
        """Put a table into force, unless that goes wrong."""
        world = self._world
        world.point()
        if world.takes(FaultKind.UPDATE_LOST):
            raise RouterError("the update was lost")
        serving = list(world.referee.serving)
        self._router.apply(table)
        self._drain(table, serving)
        world.log.add("route", table)
        world.referee.routed(table)
        world.point()
        if world.takes(FaultKind.UPDATE_LATE):
            raise RouterError("the update was not confirmed in time")

    def active_requests(self, instance: str) -> int:
        """Return the requests in flight at a backend."""
        self._router.active_requests(instance)
        return int(instance in self._backends and self._world.in_flight(instance))

    def statistics(self, pool: str) -> PoolStatistics:
        """Return what was counted for a pool; zeros if it is not routed."""
        self._router.statistics(pool)
        routed = any(each.name == pool for each in self._router.table.pools)
        return self._world.statistics(pool) if routed else PoolStatistics()

    def stop(self) -> None:
        """End the router."""
        self._world.point()
        self._router.stop()
        self._world.unrouted()

    def _drain(self, table: RoutingTable, served: list[str]) -> None:
        """Note what gets no new requests from now on, whether or not it is still routed."""
        draining, now = self._world.draining, self._world.clock.now()
        self._backends = {
            backend.instance: backend.state is BackendState.SERVING
            for pool in table.pools
            for backend in pool.backends
        }
        for each in served:
            draining.setdefault(each, now)
        for each, serves in self._backends.items():
            if serves:
                draining.pop(each, None)


class StruckRouters:
    """Starts routers in a world, and finds them again.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def start(
        self,
        folder: Path,
        *,
        keep: bool,
        port: int | None = None,
        preview_port: int | None = None,
    ) -> Router:
        """Start a router."""
        del folder, keep
        world = self._world
        world.point()
        router = FakeRouter(
            f"http://127.0.0.1:{port or 9}",
            preview_url=f"http://127.0.0.1:{preview_port or 10}",
            history=False,
        )
        world.routers.append(router)
        world.loose_routers.append(router)
        world.unrouted()
        world.log.add("router starts")
        world.point()
        return StruckRouter(world, len(world.routers) - 1)

    def record(self, router: Router) -> Mapping[str, object]:
        """Return what is needed to find the router again."""
        assert isinstance(router, StruckRouter)  # noqa: S101 - there is no other kind here
        return {"number": router.number}

    def attach(self, record: Mapping[str, object]) -> Router:
        """Return the router of a record."""
        return StruckRouter(self._world, int(str(record["number"])))
