"""What instances say of themselves: how many requests they answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class MetricsSpec:
    """The counter of requests that each instance shows in Prometheus' text format.

    Attributes:
        requests: Name of the counter; its samples are summed up.
        path: Where an instance shows it.
        exclude: Label to values whose samples are left out, such as the routes of readiness.
    """

    requests: str
    path: str = "/metrics"
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class InstanceCount:
    """Requests that an instance counted while it could get the probe's traffic.

    Attributes:
        instance: Identifier of the instance.
        requests: Requests; count, >= 0. None when it is not known.
        problem: Why it is not known; empty when it is.
    """

    instance: str
    requests: int | None
    problem: str = ""
