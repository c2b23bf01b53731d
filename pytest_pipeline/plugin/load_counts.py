"""How many load tests share the error of a stage: those in sight, and those that were asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.engine.ports import LoadRunner


class AskedLoads:
    """Counts the loads of a session, from below.

    A test that takes the fixture by ``getfixturevalue``, or asks again, is not in sight before it
    does so; on a worker of pytest-xdist, those of the other workers never are. A count that is too
    low may end a load early that is INCONCLUSIVE then; no verdict rests on it.

    Args:
        expected: Ids of the tests that take the fixture.
    """

    def __init__(self, expected: Iterable[str]) -> None:
        self._expected = Counter(set(expected))
        self._asked: Counter[str] = Counter()

    def ask(self, nodeid: str) -> None:
        """Count a load that a test asks for."""
        self._asked[nodeid] += 1

    @property
    def loads(self) -> int:
        """The loads that there are at least; count, >= 1."""
        return max((self._expected | self._asked).total(), 1)


@dataclass(frozen=True)
class CountedLoads:
    """A `LoadRunner` whose loads are counted.

    Attributes:
        runner: Makes them.
        asked: Counts them.
        nodeid: The test that asks.
    """

    runner: LoadRunner
    asked: AskedLoads
    nodeid: str

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        """Count a load and run it; see `LoadRunner`."""
        self.asked.ask(self.nodeid)
        return self.runner.run(spec, folder=folder)
