"""What the router counted for stable during a deployment: what the candidate is compared with."""

from __future__ import annotations

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import RouterError


class StableCounts:
    """Follows stable's counts up to the moment in which it loses its traffic.

    Args:
        site: Where.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._pool = site.stable.name if site.stable else ""
        self._began_s = site.tools.clock.now()
        self._first = self._read()
        self._last = PoolStatistics()
        self._last_s = self._began_s

    def serves(self) -> bool:
        """Return whether stable gets traffic now."""
        pools = self._site.table.pools
        return any(each.name == self._pool and each.weight_percent for each in pools)

    def counted(self) -> PoolStatistics:
        """Return what was counted for stable in this deployment, up to the switch if that was."""
        if self._pool and self.serves():
            now = self._read()
            anew = now.requests < self._first.requests  # the router was started again
            self._last = now if anew else now.since(self._first)
            self._last_s = self._site.tools.clock.now()
        return self._last

    def _read(self) -> PoolStatistics:
        """Return what is counted now; of a router that does not answer nothing is known."""
        try:
            return self._site.router.statistics(self._pool) if self._pool else PoolStatistics()
        except RouterError:
            return PoolStatistics()

    def seconds(self) -> float:
        """Return how long that was, seconds."""
        return self._last_s - self._began_s

    def note(self) -> str:
        """Say what is compared with, where that is over."""
        return "" if self.serves() else f"of {self._pool or 'stable'} up to the switch"
