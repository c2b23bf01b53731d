"""Datapoints from what a router counted."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.alarms.datapoints import Datapoint
from pytest_pipeline.domain.alarms.statistics import PoolStatistics

#: Measures that are a share or a mean of requests, and need enough of them.
OF_REQUESTS = ("error_ratio", "mean_latency_ms")


def router_datapoint(
    measure: str, counted: PoolStatistics, *, seconds: float, minimum: int
) -> Datapoint:
    """Return the datapoint of what was counted for a release.

    Args:
        measure: See `sources.RouterSource`.
        counted: What was counted in the datapoint's time.
        seconds: How long that was, >= 0.
        minimum: A share or mean of fewer requests is missing; count, >= 1.
    """
    if measure == "requests":
        return Datapoint(float(counted.requests))
    if measure == "requests_per_s":
        if seconds <= 0:
            return Datapoint(None, "no time has passed")
        return Datapoint(counted.requests / seconds)
    if counted.requests < minimum:
        return Datapoint(None, f"fewer than {minimum} requests to judge by")
    total = counted.errors if measure == "error_ratio" else counted.latency_sum_ms
    return Datapoint(total / counted.requests)


def against(candidate: Datapoint, stable: Datapoint, note: str) -> Datapoint:
    """Return the candidate's datapoint with stable's beside it; missing when either is."""
    if candidate.value is not None and stable.value is None:
        return Datapoint(None, f"stable: {stable.reason}")
    return replace(candidate, baseline=stable.value, note=note)
