"""Traffic during a deployment: what each request got, and what that comes to.

Times are seconds on one monotonic clock, shared by the probe and the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a request got.

    ``LOST`` is a reset, a refusal, a time-out or a 5xx made by the router itself; ``ERROR`` a 5xx
    made by an instance.
    """

    OK = "ok"
    ERROR = "error"
    LOST = "lost"


@dataclass(frozen=True)
class RequestSample:
    """One request of the probe.

    Attributes:
        intended_s: When it was due by the open model.
        sent_s: When it was sent.
        done_s: When it was answered or given up.
        outcome: What it got.
        release: Name of the release that answered, ``r7``; empty when none did.
        detail: Status or error, for people: ``200``, ``503 no_healthy_upstream``, ``reset``.
    """

    intended_s: float
    sent_s: float
    done_s: float
    outcome: Outcome
    release: str
    detail: str


@dataclass(frozen=True)
class TrafficSummary:
    """What the clients of a deployment saw.

    Attributes:
        requests: Requests sent; count.
        lost_requests: Of these lost; count.
        error_requests: Of these answered 5xx by an instance; count.
        longest_gap_ms: Longest time between two successful answers in a row.
        cutover_ms: Time in which traffic went from one release to the other; None when stable or
            the candidate answered nothing.
        detection_lag_ms: Longest delay between a request's due time and its sending: how far the
            generator itself lagged.
        details: How often each kind of failure was seen, most frequent first.
    """

    requests: int
    lost_requests: int
    error_requests: int
    longest_gap_ms: float
    cutover_ms: float | None
    detection_lag_ms: float
    details: tuple[tuple[str, int], ...] = ()


def summarise(
    samples: Sequence[RequestSample], *, stable: str | None, candidate: str
) -> TrafficSummary:
    """Sum up a deployment's traffic; see ``TrafficSummary``.

    ``cutover_ms`` is the time between the first request that the candidate answered and the last
    that stable answered, by their sending: the mixed period of a rolling update, the gap of an
    in-place one, near zero for blue/green.
    """
    raise NotImplementedError
