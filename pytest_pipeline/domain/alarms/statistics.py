"""What a router counts for the instances of a release."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PoolStatistics:
    """What the router counted for the instances of one release, since it began to serve them.

    Attributes:
        requests: Answers to clients; count.
        errors: Answers with status 500 to 599, whoever made them; count.
        latency_sum_ms: Sum of the response times of ``requests``, milliseconds.
        router_errors: Errors that the router made because no instance answered; count.
    """

    requests: int = 0
    errors: int = 0
    latency_sum_ms: float = 0.0
    router_errors: int = 0

    def since(self, earlier: PoolStatistics) -> PoolStatistics:
        """Return what was counted after ``earlier``."""
        return PoolStatistics(
            self.requests - earlier.requests,
            self.errors - earlier.errors,
            self.latency_sum_ms - earlier.latency_sum_ms,
            self.router_errors - earlier.router_errors,
        )
