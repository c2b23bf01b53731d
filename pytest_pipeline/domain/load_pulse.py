"""How a load goes while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LoadPulse:
    """How a load goes in one process of the generator, or in all of them together.

    Attributes:
        elapsed_s: Time since its begin, seconds.
        duration_s: How long it is to last, seconds.
        users: Users that run now; count.
        requests: Requests finished so far; count.
        requests_per_s: Requests finished in the last second, 1/s.
        p95_ms: 95th percentile of the response times of the last seconds; None without requests.
        failures: Requests that failed so far; count.
        master: Whether this is the master's, which counts what its workers tell it.
    """

    elapsed_s: float
    duration_s: float
    users: int
    requests: int
    requests_per_s: float
    p95_ms: float | None
    failures: int
    master: bool = False

    def __str__(self) -> str:
        """Return it as one line."""
        p95 = "-" if self.p95_ms is None else f"{self.p95_ms:.0f} ms"
        return (
            f"load: {self.requests_per_s:.0f} requests/s, p95 {p95}, {self.failures} errors, "
            f"{self.users} users, {min(self.elapsed_s, self.duration_s):.0f} of "
            f"{self.duration_s:g} s"
        )


def together(pulses: Sequence[LoadPulse]) -> LoadPulse | None:
    """Return the pulse of a generator from those of its processes; None for none.

    What a master counted is what its workers did. A percentile of several is the highest, which is
    too high rather than too low.

    Args:
        pulses: One of each process.
    """
    if not pulses:
        return None
    masters = [each for each in pulses if each.master]
    counted = masters or pulses
    p95s = [each.p95_ms for each in pulses if each.p95_ms is not None]
    return LoadPulse(
        elapsed_s=max(each.elapsed_s for each in counted),
        duration_s=max(each.duration_s for each in counted),
        users=sum(each.users for each in counted),
        requests=sum(each.requests for each in counted),
        requests_per_s=sum(each.requests_per_s for each in counted),
        p95_ms=max(p95s, default=None),
        failures=sum(each.failures for each in counted),
        master=bool(masters),
    )
