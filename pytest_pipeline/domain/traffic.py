"""Traffic during a deployment: what each request got, and what that comes to.

Times are seconds on one monotonic clock, shared by the probe and the engine.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

#: Set by the router in every answer that an instance made: the name of the instance's release.
RELEASE_HEADER = "x-pipeline-release"

#: Set by the router in every answer: `BY_AN_INSTANCE`, or why the router made it itself.
DETAILS_HEADER = "x-pipeline-details"

BY_AN_INSTANCE = "via_upstream"

_FIRST_CLIENT_ERROR = 400


class Outcome(StrEnum):
    """What a request got.

    ``LOST`` is a reset, a refusal, a time-out or an answer made by the router itself; ``ERROR`` a
    5xx made by an instance. Any other answer of an instance is ``OK``, a 4xx among them: it was not
    lost. ``UNSENT`` never left the probe, for all its connections hung: what it would have got is
    not known, so that it counts as no request, but makes the measurement invalid.
    """

    OK = "ok"
    ERROR = "error"
    LOST = "lost"
    UNSENT = "unsent"


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
        route: Method and path as configured, ``GET /orders``; empty when it is not known.
        marker: What the router knows it by, see `marked_requests`; empty for none.
    """

    intended_s: float
    sent_s: float
    done_s: float
    outcome: Outcome
    release: str
    detail: str
    route: str = ""
    marker: str = ""


@dataclass(frozen=True)
class TrafficSummary:
    """What the clients of a deployment saw.

    Attributes:
        requests: Requests sent; count.
        lost_requests: Of these lost; count.
        error_requests: Of these answered 5xx by an instance; count.
        longest_gap_ms: Longest time without a successful answer: between two in a row, from the
            first sending to the first, and from the last to the end of the traffic.
        mixed_ms: Time in which traffic went from one release to the other; None when stable or
            the candidate answered nothing, or stable answered last.
        generator_lag_ms: Longest delay between a request's due time and its sending: how far the
            generator itself lagged.
        details: How often each kind of failure was seen, and each 4xx, most frequent first.
        p95_ms: 95th percentile of the time from due to answered over successful answers (nearest
            rank); None without any.
    """

    requests: int
    lost_requests: int
    error_requests: int
    longest_gap_ms: float
    mixed_ms: float | None
    generator_lag_ms: float
    details: tuple[tuple[str, int], ...] = ()
    p95_ms: float | None = None


def summarise(
    samples: Sequence[RequestSample], *, stable: str | None, candidate: str
) -> TrafficSummary:
    """Sum up a deployment's traffic; see ``TrafficSummary``.

    ``mixed_ms`` is the time between the first request that the candidate answered and the last
    that stable answered, by their sending: the mixed period of a rolling update, the gap of an
    in-place one, near zero for blue/green.

    Args:
        samples: The requests, in any order.
        stable: Name of the release that served before; None for a first deployment.
        candidate: Name of the release that was deployed.
    """
    outcomes = Counter(each.outcome for each in samples)
    return TrafficSummary(
        requests=len(samples) - outcomes[Outcome.UNSENT],
        lost_requests=outcomes[Outcome.LOST],
        error_requests=outcomes[Outcome.ERROR],
        longest_gap_ms=_longest_gap_ms(samples),
        mixed_ms=_mixed_ms(samples, stable, candidate),
        generator_lag_ms=max((each.sent_s - each.intended_s for each in samples), default=0) * 1000,
        details=_details(samples),
        p95_ms=_p95_ms(
            (each.done_s - each.intended_s) * 1000 for each in samples if each.outcome is Outcome.OK
        ),
    )


def _longest_gap_ms(samples: Sequence[RequestSample]) -> float:
    if not samples:
        return 0.0
    answers = sorted(each.done_s for each in samples if each.outcome is Outcome.OK)
    start_s = min(each.sent_s for each in samples)
    end_s = max(each.done_s for each in samples)
    return max(after - before for before, after in pairwise([start_s, *answers, end_s])) * 1000


def _mixed_ms(samples: Sequence[RequestSample], stable: str | None, candidate: str) -> float | None:
    from_stable = [each.sent_s for each in samples if stable and each.release == stable]
    from_candidate = [each.sent_s for each in samples if each.release == candidate]
    if not from_stable or not from_candidate or max(from_stable) > max(from_candidate):
        return None
    return abs(max(from_stable) - min(from_candidate)) * 1000


def _details(samples: Iterable[RequestSample]) -> tuple[tuple[str, int], ...]:
    kinds = Counter(
        each.detail for each in samples if each.outcome is not Outcome.OK or _is_4xx(each.detail)
    )
    return tuple(sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0])))


def _is_4xx(detail: str) -> bool:
    return detail.isdecimal() and int(detail) >= _FIRST_CLIENT_ERROR


def _p95_ms(times_ms: Iterable[float]) -> float | None:
    ordered = sorted(times_ms)
    return ordered[math.ceil(0.95 * len(ordered)) - 1] if ordered else None
