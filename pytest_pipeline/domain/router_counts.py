"""The ``router.…`` measures: what went through an environment's router during a stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.alarms import PoolStatistics

#: The measures, in the catalogue's order.
ROUTER_MEASURES = ("router.requests", "router.errors", "router.error_ratio")


@dataclass(frozen=True)
class RouterReading:
    """What a router had counted at one moment.

    Attributes:
        pools: The statistics of each release behind it, by the name of its pool.
        failure: Why it could not be read, in words; empty when it was.
    """

    pools: Mapping[str, PoolStatistics] = field(default_factory=dict)
    failure: str = ""


@dataclass(frozen=True)
class RouterFigures:
    """What was counted between two readings.

    Attributes:
        measurements: Values by measure; empty when nothing is known.
        reason: Why not, in words; empty when it is.
    """

    measurements: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


def counted_between(before: RouterReading, after: RouterReading) -> RouterFigures:
    """Return what a router counted between two readings.

    Counters begin anew with a router, or a release behind it, that was started meanwhile: what it
    counted before is not known then, and neither is the whole.
    """
    failure = before.failure or after.failure
    if failure:
        return RouterFigures(reason=failure)
    if not before.pools or before.pools.keys() != after.pools.keys():
        return RouterFigures(reason="the releases behind the router changed meanwhile")
    passed = [after.pools[name].since(before.pools[name]) for name in before.pools]
    if any(min(each.requests, each.errors, each.router_errors) < 0 for each in passed):
        return RouterFigures(reason="the router's counters fell: it was started anew meanwhile")
    requests = sum(each.requests for each in passed)
    errors = sum(each.router_errors for each in passed)
    measured = dict(zip(ROUTER_MEASURES, (requests, errors), strict=False))
    if not requests:
        return RouterFigures(measured, "no request went through the router")
    return RouterFigures({**measured, ROUTER_MEASURES[-1]: errors / requests})
