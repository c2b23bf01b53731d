"""Load of which the router says how much of it arrived."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.domain.load_ledger import RouterCount, reconciled
from pytest_pipeline.engine.ports import LoadRunner
from pytest_pipeline.engine.request_ledger import RequestLedger
from pytest_pipeline.errors import RouterError


@dataclass(frozen=True)
class CountedLoadRunner:
    """A `LoadRunner` that holds each result against what the router got meanwhile.

    Attributes:
        runner: Makes the load.
        ledger: Knows what the router got; None where nobody does.
    """

    runner: LoadRunner
    ledger: RequestLedger | None

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        """Run a load test to its end; see the port.

        Raises:
            LoadError: If the generator could not be run at all.
        """
        before = self._count(spec.url)
        result = self.runner.run(spec, folder=folder)
        return reconciled(result, before, self._count(spec.url))

    def _count(self, url: str) -> RouterCount:
        if self.ledger is None:
            return RouterCount(unknown="whoever opened the environment did not say where it counts")
        try:
            requests = self.ledger.requests(url)
        except RouterError as error:
            return RouterCount(failure=str(error))
        if requests is None:
            return RouterCount(unknown=f"{url} is no address of the environment's router")
        return RouterCount(requests)
