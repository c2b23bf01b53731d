"""A router in memory that counts requests, and errors of the releases that make them."""

from __future__ import annotations

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.testing.fake_router import FakeRouter


class CountingRouter(FakeRouter):
    """Counts a hundred requests of each routed pool between two looks.

    Attributes:
        failing: Names of the releases that answer with errors.
    """

    def __init__(self) -> None:
        super().__init__()
        self.failing: set[str] = set()
        self._looks = 0

    def statistics(self, pool: str) -> PoolStatistics:
        super().statistics(pool)
        if all(each.name != pool for each in self.table.pools):
            return PoolStatistics()
        self._looks += 100
        return PoolStatistics(self._looks, self._looks if pool in self.failing else 0, self._looks)
