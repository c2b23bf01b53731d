"""The port through which a router says how many requests it got."""

from __future__ import annotations

from typing import Protocol


class RequestLedger(Protocol):
    """Knows what a router got, read by whoever did not start it: the process of a test."""

    def requests(self, url: str) -> int | None:
        """Return how many requests clients began at an address of the router, in its whole life.

        Args:
            url: Base URL that clients use.

        Returns:
            The count; None for an address that is none of this router.

        Raises:
            RouterError: If the router does not answer.
        """
        ...
