"""A router in memory."""

from __future__ import annotations

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.routing import RoutingTable
from pytest_pipeline.errors import RouterError


class FakeRouter:
    """Implements `engine.ports.Router`; what a client would cause is set by hand.

    Attributes:
        url: Base URL for clients; nobody listens there.
        table: The table in force.
        applied: Every table that was applied, in order; one equal to that in force is not.
    """

    def __init__(self, url: str = "http://127.0.0.1:9") -> None:
        self._url = url
        self._alive = True
        self._active: dict[str, int] = {}
        self._statistics: dict[str, PoolStatistics] = {}
        self.table = RoutingTable()
        self.applied: list[RoutingTable] = []

    @property
    def url(self) -> str:
        """Base URL for clients; the same for the router's whole life."""
        return self._url

    def apply(self, table: RoutingTable) -> None:
        """Put a table into force.

        Raises:
            RouterError: If the router is dead.
        """
        self._demand_life()
        if table == self.table:
            return
        self.table = table
        self.applied.append(table)
        pools = {pool.name for pool in table.pools}
        self._statistics = {
            name: counted for name, counted in self._statistics.items() if name in pools
        }

    def active_requests(self, instance: str) -> int:
        """Return the requests in flight at a backend; 0 for one that is not routed.

        Raises:
            RouterError: If the router is dead.
        """
        self._demand_life()
        return self._active.get(instance, 0) if instance in self._instances() else 0

    def statistics(self, pool: str) -> PoolStatistics:
        """Return what was set for a pool; zeros if nothing was, or since it left the table.

        Raises:
            RouterError: If the router is dead.
        """
        self._demand_life()
        return self._statistics.get(pool, PoolStatistics())

    def is_running(self) -> bool:
        """Return whether the router answers."""
        return self._alive

    def stop(self) -> None:
        """End the router; nothing if it is gone."""
        self._alive = False

    def kill(self) -> None:
        """Have it die on its own."""
        self._alive = False

    def set_active_requests(self, instance: str, count: int) -> None:
        """Say how many requests are in flight at an instance; count, >= 0."""
        self._active[instance] = count

    def set_statistics(self, pool: str, counted: PoolStatistics) -> None:
        """Say what was counted for a pool."""
        self._statistics[pool] = counted

    def _instances(self) -> set[str]:
        return {backend.instance for pool in self.table.pools for backend in pool.backends}

    def _demand_life(self) -> None:
        if not self._alive:
            raise RouterError(f"the router died; clients of {self._url} are refused")
