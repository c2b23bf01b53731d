"""Loads on a service that is a formula: an M/M/1 queue for each instance."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pytest_pipeline.domain.load import LoadResult, LoadSpec


@dataclass
class QueueingLoad:
    """Implements `engine.ports.LoadRunner` by the response times of M/M/1 queues.

    Instances share the requests evenly. The response time of an M/M/1 queue is exponential with
    rate ``service_rate - arrivals``; past saturation the queue grows for as long as the load lasts.

    Attributes:
        service_rate: Requests a second that one instance can serve, 1/s, > 0.
        instances: Returns how many serve.
        noise: Standard deviation of the logarithm of each response time's percentile; >= 0.
        generator_rate: The rate beyond which the generator itself is late, 1/s.
        seed: Of the noise.
        specs: What was asked, in order.
    """

    service_rate: float
    instances: Callable[[], int] = lambda: 1
    noise: float = 0.0
    generator_rate: float = math.inf
    seed: int = 0
    specs: list[LoadSpec] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin the noise."""
        self._random = random.Random(self.seed)  # noqa: S311 - no secret

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        """Return what the formula says; takes no time."""
        del folder
        self.specs.append(spec)
        rate = spec.rate or 0.0
        late = rate > self.generator_rate
        served = min(rate, self.service_rate * max(self.instances(), 1))
        requests = round(served * spec.duration_s)
        p50_ms, p95_ms, p99_ms = (
            self.percentile_ms(rate, percent, spec.duration_s)
            * math.exp(self._random.gauss(0, 1) * self.noise)
            for percent in (50, 95, 99)
        )
        return LoadResult(
            requests=requests,
            failures=0,
            requests_per_s=served,
            intended_requests_per_s=rate,
            p50_ms=p50_ms,
            p95_ms=p95_ms,
            p99_ms=p99_ms,
            max_ms=p99_ms * 2,
            duration_s=spec.duration_s,
            problems=("the generator was late by 120 ms",) if late else (),
            errors={},
        )

    def percentile_ms(self, rate: float, percent: float, duration_s: float = 10.0) -> float:
        """Return a percentile of the response time at a rate, milliseconds."""
        arrivals = rate / max(self.instances(), 1)
        spare = self.service_rate - arrivals
        drained = -math.log(1 - percent / 100) / max(spare, 1 / duration_s) * 1000
        backlog_s = max(arrivals / self.service_rate - 1, 0) * duration_s
        return drained + backlog_s * percent * 10

    def capacity(self, percent: float, bound_ms: float) -> float:
        """Return the highest rate whose percentile is below a bound, 1/s, by the formula.

        Source:
            Kleinrock, "Queueing Systems", volume 1 (1975), section 3.2.
        """
        spare = -math.log(1 - percent / 100) / bound_ms * 1000
        return (self.service_rate - spare) * max(self.instances(), 1)
