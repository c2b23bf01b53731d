"""A router's count of requests, in memory."""

from __future__ import annotations

from pytest_pipeline.errors import RouterError


class FakeRequestLedger:
    """Implements `engine.request_ledger.RequestLedger`.

    Attributes:
        counts: Base URL to the requests that were got there; set by hand.
        alive: Whether it answers.
    """

    def __init__(self, url: str = "http://127.0.0.1:9", requests: int = 0) -> None:
        self.counts = {url: requests}
        self.alive = True

    def requests(self, url: str) -> int | None:
        """Return what was set for an address; None for another one.

        Raises:
            RouterError: If it does not answer.
        """
        if not self.alive:
            raise RouterError(f"the router of {url} was stopped")
        return self.counts.get(url)
