"""A router in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from zlib import crc32

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.marked_requests import RoutedRequest, token_of
from pytest_pipeline.domain.routing import RoutingTable, Stickiness, StickySource
from pytest_pipeline.errors import RouterError


class FakeRouter:
    """Implements `engine.ports.Router`; what a client would cause is set by hand.

    Args:
        url: Base URL for clients; nobody listens there.
        preview_url: Base URL of the preview; nobody listens there.
        history: Whether applied tables are remembered; without it nothing grows.

    Attributes:
        table: The table in force.
        applied: Every table that was applied, in order; one equal to that in force is not. Empty
            without ``history``.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:9",
        *,
        preview_url: str = "http://127.0.0.1:10",
        history: bool = True,
    ) -> None:
        self._url = url
        self._preview_url = preview_url
        self._history = history
        self._alive = True
        self._active: dict[str, int] = {}
        self._statistics: dict[str, PoolStatistics] = {}
        self._marked: list[RoutedRequest] = []
        self.table = RoutingTable()
        self.applied: list[RoutingTable] = []

    @property
    def url(self) -> str:
        """Base URL for clients; the same for the router's whole life."""
        return self._url

    @property
    def preview_url(self) -> str:
        """Base URL that leads to the table's ``preview`` pool; the same for the whole life."""
        return self._preview_url

    @property
    def counts_at(self) -> str:
        """Address at which `engine.request_ledger` asks for counts; empty where nobody can."""
        return ""

    def apply(self, table: RoutingTable) -> None:
        """Put a table into force; without ``history`` its backends are not looked at.

        Raises:
            RouterError: If the router is dead.
        """
        self._demand_life()
        if self._history and table != self.table:
            self.applied.append(table)
        self.table = table
        if self._statistics:
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
        active = self._active.get(instance, 0)
        return active if active and self._routes(instance) else 0

    def statistics(self, pool: str) -> PoolStatistics:
        """Return what was set for a pool; zeros if nothing was, or since it left the table.

        Raises:
            RouterError: If the router is dead.
        """
        self._demand_life()
        return self._statistics.get(pool, PoolStatistics())

    def choose(self, headers: Mapping[str, str] | None = None, *, draw: float = 0.0) -> str:
        """Return the pool that would answer a client's request.

        Args:
            headers: Of the request, names in any case; a cookie is looked for in ``Cookie``.
            draw: Decides by the weights where nothing makes the request stick; 0 <= draw < 100.

        Returns:
            The pool's name; empty when the router answers 503 itself.

        Raises:
            RouterError: If the router is dead.
        """
        self._demand_life()
        given = {name.lower(): value for name, value in (headers or {}).items()}
        testers = self.table.testers
        if testers is not None and given.get(testers.header.lower()) == testers.value:
            return testers.pool
        value = _sticky_value(self.table.sticky, given)
        return self._weighted(draw if value is None else crc32(value.encode()) % 100)

    def choose_preview(self) -> str:
        """Return the pool that would answer at the preview address; empty for a 503 of its own.

        Raises:
            RouterError: If the router is dead.
        """
        self._demand_life()
        return self.table.preview

    def forget_marked(self) -> None:
        """Forget the marked requests that were seen so far."""
        self._marked.clear()

    def marked(self, tokens: Sequence[str]) -> tuple[RoutedRequest, ...]:
        """Return what was said to be seen of requests with these tokens."""
        return tuple(each for each in self._marked if token_of(each.marker) in tokens)

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

    def see_marked(self, request: RoutedRequest) -> None:
        """Say that a marked request was seen."""
        self._marked.append(request)

    def _weighted(self, point: float) -> str:
        end = 0
        # In the order of names, so that a pool that grows keeps what it has.
        for pool in sorted(self.table.pools, key=lambda each: each.name):
            end += pool.weight_percent
            if point < end:
                return pool.name
        return ""

    def _routes(self, instance: str) -> bool:
        return any(
            backend.instance == instance for pool in self.table.pools for backend in pool.backends
        )

    def _demand_life(self) -> None:
        if not self._alive:
            raise RouterError(f"the router died; clients of {self._url} are refused")


def _sticky_value(sticky: Stickiness | None, headers: Mapping[str, str]) -> str | None:
    """Return what a request sticks by; None when it carries nothing of the kind.

    Args:
        sticky: Where to look.
        headers: Of the request, names in lower case.
    """
    if sticky is None:
        return None
    if sticky.source is StickySource.HEADER:
        return headers.get(sticky.name.lower())
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return None
    return cookies[sticky.name].value if sticky.name in cookies else None
