"""What strategies came to on one service: the table that the textbooks assert, measured."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.courses import Course


@dataclass(frozen=True)
class StrategyFigures:
    """A row of the table; None is what was not measured.

    Attributes:
        strategy: Name of the strategy.
        status: How its deployment ended (`deployments.DeploymentStatus`).
        requests: Requests that its clients sent; count.
        lost_requests: Of these lost, and those that only a second try of the router saved; count.
        error_requests: Of these answered 5xx by an instance; count.
        downtime_ms: Time in which every request that was due failed, summed up; milliseconds.
        mixed_requests: Requests that were answered while both releases answered; count.
        peak_instances: Most instances that ran at the same time; count.
        deploy_s: From the first step to the end of the last, seconds.
        critical_path_s: Of these, what no controller could spare: starts, drains, stops and waits
            that the strategy asks for, each as long as its slowest instance took; seconds.
        cutover_ms: Longest time that one change of who answers took, see
            `strategy_figures.switch_ms`; milliseconds. None where nothing was switched.
        rollback_s: From the decision to go back to all traffic on stable; seconds. None when it was
            not tried.
        rollback_lost_requests: Requests lost on the way back; count. None when it was not tried.
        p95_ms: 95th percentile of response times during the deployment, milliseconds.
        problems: Why the figures cannot be trusted; empty when they can.
        note: What to know when reading them; empty for nothing.
        mixed_ms: See `traffic.TrafficSummary`.
        failure: Why the deployment or the way back failed, for people; empty when neither did.
        reconciliation: What does not add up between probe, router and instances, or was not
            measured; empty when all of it adds up.
        retried_requests: Requests that the router passed on more than once, there and back; count.
        exposed_requests: See `exposure.exposed_requests`.
    """

    strategy: str
    status: str
    requests: int | None
    lost_requests: int | None
    error_requests: int | None
    downtime_ms: float | None
    mixed_requests: int | None
    peak_instances: int | None
    deploy_s: float | None
    critical_path_s: float | None
    cutover_ms: float | None
    rollback_s: float | None
    rollback_lost_requests: int | None = None
    p95_ms: float | None = None
    problems: tuple[str, ...] = ()
    note: str = ""
    mixed_ms: float | None = None
    failure: str = ""
    reconciliation: tuple[str, ...] = ()
    retried_requests: int | None = None
    exposed_requests: int | None = None

    @property
    def risk(self) -> float | None:
        """Share of the requests whose clients met the candidate early; None when not measured."""
        if self.exposed_requests is None or not self.requests:
            return None
        return self.exposed_requests / self.requests


@dataclass(frozen=True)
class ComparedStrategy:
    """A strategy that was tried.

    Attributes:
        figures: What it came to.
        deployment: The course of its deployment.
        rollback: The course of its way back; None when it was not tried.
    """

    figures: StrategyFigures
    deployment: Course
    rollback: Course | None = None


@dataclass(frozen=True)
class Comparison:
    """Strategies, tried one after another on one service under the same traffic.

    Attributes:
        service: Name of the service.
        artifact: Digest of the artifact that ran.
        replicas: Instances that serve before and after; count.
        rate: Requests a second of the traffic.
        measured: When, ISO 8601 in UTC.
        machine: What it ran on, for people.
        strategies: What was tried, in order.
        stopped: Why not all of them were tried; empty when they were.
    """

    service: str
    artifact: str
    replicas: int
    rate: float
    measured: str
    machine: str
    strategies: tuple[ComparedStrategy, ...]
    stopped: str = ""
