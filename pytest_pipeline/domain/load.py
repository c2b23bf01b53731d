"""The result of a load test, and whether it may be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class LoadSpec:
    """What a load test asks of the generator.

    Attributes:
        locustfile: Path of the locustfile.
        url: Base URL of the environment's router.
        users: Concurrent users; count, >= 1.
        spawn_rate: Users started a second, > 0.
        duration_s: Duration of the load, seconds, > 0.
        user_classes: Names of user classes; empty for all.
        stop_timeout_s: Time for requests in flight to finish at the end, seconds, >= 0.
    """

    locustfile: str
    url: str
    users: int
    spawn_rate: float
    duration_s: float
    user_classes: tuple[str, ...] = ()
    stop_timeout_s: float = 10.0


@dataclass(frozen=True)
class LoadResult:
    """What a load test measured.

    Latencies are computed from unbucketed samples.

    Attributes:
        requests: Requests finished; count.
        failures: Of these failed; count.
        requests_per_s: Finished requests / time from the first to the last, 1/s.
        intended_requests_per_s: What the users asked for; None for a closed model without pacing.
        p50_ms: Median response time; None without requests. So are the others.
        p95_ms: 95th percentile.
        p99_ms: 99th percentile.
        max_ms: Longest response time.
        duration_s: Wall time of the load, seconds.
        problems: Why the result cannot be trusted, in words; empty when it can.
        errors: Error message to its count.
    """

    requests: int
    failures: int
    requests_per_s: float
    intended_requests_per_s: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    duration_s: float
    problems: tuple[str, ...]
    errors: Mapping[str, int]

    @property
    def valid(self) -> bool:
        """Whether the figures may be judged."""
        return not self.problems

    @property
    def error_ratio(self) -> float | None:
        """Failed requests / requests, 0-1; None without requests."""
        return self.failures / self.requests if self.requests else None

    def assert_valid(self) -> None:
        """Fail the test that asked for the load when the result cannot be trusted.

        Raises:
            AssertionError: With the reasons.
        """
        if self.problems:
            raise AssertionError("the load result is invalid: " + "; ".join(self.problems))
