"""Reads what Envoy counted for a cluster."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_pipeline.domain.alarms import PoolStatistics

_SAMPLE = re.compile(r"^envoy_cluster_upstream_(\w+)\{([^}]*)\} (\S+)$", re.MULTILINE)
_BY_CLASS = "rq_xx"

#: Requests that ended without reaching an instance, each answered 5xx by the router.
_NEVER_SENT = ("cx_none_healthy", "rq_pending_failure_eject", "rq_pending_overflow")
#: Requests that an instance, or the way to it, failed without an answer; the router answered 5xx.
_CUT_OFF = ("cx_destroy_remote_with_active_rq", "rq_timeout")


@dataclass(frozen=True)
class Counts:
    """What one reading holds.

    Attributes:
        answered: Answers whose head is there, whoever made them; count.
        server_errors: Of these with status 500 to 599; count.
        given_up: Requests that ended without an answer; count. Too high by what was answered
            while the reading was made: its figures are not of one moment.
        latency_sum_ms: Sum of the times in which instances answered, milliseconds.
        unserved: Tries that no instance answered; count.
    """

    answered: int
    server_errors: int
    given_up: int
    latency_sum_ms: float
    unserved: int = 0


def read_counts(text: str) -> Counts:
    """Return what was counted for one cluster; zeros where there is none.

    Args:
        text: The cluster's request statistics in Prometheus' text format.
    """
    samples = _SAMPLE.findall(text)
    found = {name: float(value) for name, _, value in samples if name != _BY_CLASS}
    server_errors = sum(
        int(value)
        for name, labels, value in samples
        if name == _BY_CLASS and 'response_code_class="5"' in labels
    )
    answered = found.get("rq_completed", 0.0)
    begun = found.get("rq_total", 0.0) + sum(found.get(name, 0.0) for name in _NEVER_SENT)
    unanswered = max(0.0, begun - answered - found.get("rq_active", 0.0))
    return Counts(
        answered=int(answered),
        server_errors=server_errors,
        given_up=int(unanswered + found.get("rq_cancelled", 0.0)),
        latency_sum_ms=found.get("rq_time_sum", 0.0),
        unserved=int(sum(found.get(name, 0.0) for name in (*_NEVER_SENT, *_CUT_OFF))),
    )


def pool_statistics(first: Counts, second: Counts) -> PoolStatistics:
    """Return the statistics of a pool from two readings in a row.

    A request that its client gave up before it was answered is one request and one error: a release
    that hangs must not look like one that nobody asks.
    """
    given_up = min(first.given_up, second.given_up)
    return PoolStatistics(
        requests=second.answered + given_up,
        errors=second.server_errors + given_up,
        latency_sum_ms=second.latency_sum_ms,
        # a try that was followed by another, or cut off after its head, was answered otherwise
        router_errors=min(second.unserved, second.server_errors),
    )
