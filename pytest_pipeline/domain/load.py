"""The result of a load test, and whether it may be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_pipeline.domain.load_contents import wrong_data, wrong_variables
from pytest_pipeline.domain.load_kinds import MAX_USERS, wrong_load
from pytest_pipeline.domain.load_ledger import SentRequests
from pytest_pipeline.domain.load_ramps import Ramp, RampPoint, steps
from pytest_pipeline.domain.load_settings import LoadSettings
from pytest_pipeline.domain.load_shapes import LoadShape, load_shape
from pytest_pipeline.domain.load_types import wrong_types
from pytest_pipeline.domain.percentiles import percentile
from pytest_pipeline.domain.side_by_side import Sides
from pytest_pipeline.errors import ConfigError


@dataclass(frozen=True)
class LoadSpec:
    """What a load test asks of the generator.

    It is a closed model (``users``), an open one (``rate``), or a ``shape`` of the locustfile.

    Attributes:
        locustfile: Path of the locustfile.
        url: Base URL of the environment's router.
        users: Concurrent users; count, >= 1, or where a ramp begins; 0 for the other two.
        spawn_rate: Users started a second, > 0; 0 with a ramp, and for the other two.
        duration_s: Duration of the load with its ramp-up, seconds, > 0.
        user_classes: Names of user classes; empty for all.
        stop_timeout_s: Time for requests in flight to finish at the end, seconds, >= 0.
        rate: Tasks begun a second, whatever became of those before, > 0, or where a ramp begins;
            None for the other two.
        ramp: Points of time and users, or tasks a second with ``rate``, with straight lines
            between them; empty for none.
        shape: Name of a ``LoadTestShape`` of the locustfile; empty for the other two.
        max_users: Users of an open model at the same time; count, >= 1. What is due when none of
            them is free is dropped, and counted.
        source: How many processes send the requests, on which machines.
        variables: Environment variables for the generator; may be secrets, never shown.
        data: What locustfiles read with `pytest_pipeline.load_data`, by name, JSON values; may be
            secrets, never shown.
    """

    locustfile: str
    url: str
    users: int
    spawn_rate: float
    duration_s: float
    user_classes: tuple[str, ...] = ()
    stop_timeout_s: float = 10.0
    rate: float | None = None
    ramp: tuple[RampPoint, ...] = ()
    shape: str = ""
    max_users: int = MAX_USERS
    source: LoadSettings = LoadSettings()
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse what no generator can do.

        Raises:
            ConfigError: Names everything that is wrong.
        """
        wrong = tuple(wrong_types(self)) or (
            *wrong_load(self),
            *wrong_variables(self.variables),
            *wrong_data(self.data),
        )
        if wrong:
            raise ConfigError("load test: " + "; ".join(wrong))

    @property
    def course(self) -> Ramp | None:
        """Users, or tasks a second with ``rate``, over time; None where a shape decides.

        The ramp-up by ``spawn_rate`` is one, in the steps in which Locust starts users.
        """
        if self.shape:
            return None
        begin = self.users if self.rate is None else self.rate
        if self.rate is None and not self.ramp:
            return steps(self.users, self.spawn_rate)
        level = self.rate is None and not self.users  # until the first point
        at_once = bool(self.ramp) and self.ramp[0][0] == 0
        before = () if level or at_once else ((0.0, float(begin)),)
        return Ramp((*before, *self.ramp))


@dataclass(frozen=True)
class LoadResult:
    """What a load test measured.

    Latencies are computed from unbucketed samples.

    Attributes:
        requests: Requests finished; count.
        failures: Of these failed; count.
        requests_per_s: Finished requests / time from the first one's start to the last one's end,
            but at least the duration of the load, 1/s.
        intended_requests_per_s: What the users asked for; None for a closed model without pacing.
        p50_ms: Median response time; None without requests. So are the others. Percentiles are
            nearest-rank (see ``percentile``).
        p95_ms: 95th percentile.
        p99_ms: 99th percentile.
        max_ms: Longest response time.
        duration_s: Wall time of the load, seconds.
        problems: Why the result cannot be trusted, in words; empty when it can.
        errors: Error message to its count.
        shape: How response times were spread and went over time; None where that is not known.
        sides: The runs, of a load test that was run side by side; None for one run. The figures
            are the candidate's then: counts are sums, all others medians over its runs.
        histogram: Response times in microseconds as an HDR histogram (V2, base64, three digits);
            empty where there is none.
        conditions: Under which conditions it was measured, by name, as texts that are equal when
            they are: ``machine``, ``settings``, ``data``, ``locustfile``, ``environment``; empty
            where not known.
        sent: What the generator's HTTP clients sent; None where that was not counted.
        remarks: What is to be known of the result beside its figures, in words.
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
    shape: LoadShape | None = None
    sides: Sides | None = None
    histogram: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)
    sent: SentRequests | None = None
    remarks: tuple[str, ...] = ()

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


def load_remarks(loads: Iterable[tuple[str, LoadResult]]) -> list[str]:
    """Return what is to be known of load tests beside their figures, with their ids."""
    return [f"{nodeid}: {remark}" for nodeid, load in loads for remark in load.remarks]


@dataclass(frozen=True)
class LoadSample:
    """One finished request of a load test.

    Attributes:
        started_s: When it was begun, seconds on the monotonic clock.
        response_ms: Time until it was answered or given up, unbucketed; >= 0.
        name: What it is counted under: method and path, ``GET /orders``.
        failure: Why it failed; None when it did not.
    """

    started_s: float
    response_ms: float
    name: str = ""
    failure: str | None = None


def summarise_load(
    samples: Sequence[LoadSample],
    *,
    duration_s: float,
    intended_requests_per_s: float | None = None,
    problems: Sequence[str] = (),
) -> LoadResult:
    """Sum up a load test; see ``LoadResult``.

    Args:
        samples: Every request that finished, in any order.
        duration_s: Wall time of the load, seconds.
        intended_requests_per_s: What the users asked for; None where unknown.
        problems: Why the result cannot be trusted; zero requests are added here.
    """
    latencies = sorted(sample.response_ms for sample in samples)
    errors = Counter(sample.failure for sample in samples if sample.failure is not None)
    found = () if samples else ("no request was sent",)
    return LoadResult(
        requests=len(samples),
        failures=errors.total(),
        requests_per_s=_achieved_rate(samples, duration_s),
        intended_requests_per_s=intended_requests_per_s,
        p50_ms=percentile(latencies, 50),
        p95_ms=percentile(latencies, 95),
        p99_ms=percentile(latencies, 99),
        max_ms=latencies[-1] if latencies else None,
        duration_s=duration_s,
        problems=(*problems, *found),
        errors=dict(errors.most_common()),
        shape=load_shape(samples),
    )


def _achieved_rate(samples: Sequence[LoadSample], duration_s: float) -> float:
    """Return finished requests a second; see ``LoadResult.requests_per_s``."""
    if not samples:
        return 0.0
    first_s = min(sample.started_s for sample in samples)
    last_s = max(sample.started_s + sample.response_ms / 1000 for sample in samples)
    span_s = max(last_s - first_s, duration_s)
    return len(samples) / span_s if span_s > 0 else 0.0
