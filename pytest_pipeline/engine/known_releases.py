"""What is known of the releases of an environment: by the ledger, and what it missed."""

from __future__ import annotations

from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.promotion_ledger import missed_releases
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import EvidenceError


class KnownReleases:
    """The releases of an environment as the ledger will know them; it is not written.

    Promotions that cannot be read say nothing here: whoever is to believe them refuses them.

    Args:
        tools: The engine's ports.
        environment: Name of the environment.
    """

    def __init__(self, tools: Toolbox, environment: str) -> None:
        self._ledger = tools.ledger
        self._environment = environment
        try:
            promotions = tools.promotions.promotions(environment)
            self._missed = missed_releases(tools, environment, promotions)
        except EvidenceError:
            self._missed = ()

    def promoted(self) -> Release | None:
        """Return the release that was promoted last; None before the first."""
        return self._missed[-1] if self._missed else self._ledger.promoted(self._environment)

    def release(self, number: int) -> Release | None:
        """Return a release by number; None where there is none."""
        missed = (each for each in self._missed if each.number == number)
        return self._ledger.release(self._environment, number) or next(missed, None)

    def promotions(self, *, limit: int) -> tuple[Release, ...]:
        """Return the releases that were promoted, newest promotion first.

        Args:
            limit: How many at most; count, >= 1.
        """
        known = self._ledger.promotions(self._environment, limit=limit)
        return (*reversed(self._missed), *known)[:limit]
