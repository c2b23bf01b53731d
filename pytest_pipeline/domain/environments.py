"""Environments: named places that run releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pytest_pipeline.domain.alarms import DEFAULT_ALARMS, AnyAlarm
from pytest_pipeline.domain.overlap_checks import MixedVersions
from pytest_pipeline.domain.rehearsals import RehearsalLimits


@dataclass(frozen=True)
class ProbeRoute:
    """A kind of request that the probe sends.

    Attributes:
        path: What is requested. ``{n}`` is the running number of the request, ``{token}`` a text
            that each probe has of its own; in header values and the body as well.
        method: ``GET``, ``POST``, ….
        weight: Share of the requests, beside the weights of the other routes; count, >= 1.
        headers: Header fields.
        body: The body; empty for none.
    """

    path: str
    method: str = "GET"
    weight: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def name(self) -> str:
        """Method and path as configured."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class ProbeSpec:
    """The client traffic that measures a deployment.

    Attributes:
        path: What is requested with GET where there are no routes.
        rate: Requests a second, open model; > 0.
        timeout_s: A request without answer after this long is lost; seconds, > 0.
        connections: Keep-alive connections; count, >= 1.
        routes: What is requested, by turns; empty for ``path`` alone.
    """

    path: str = "/"
    rate: float = 50.0
    timeout_s: float = 5.0
    connections: int = 8
    routes: tuple[ProbeRoute, ...] = ()


class Concurrency(StrEnum):
    """What becomes of a deployment to an environment where another one is under way.

    Source:
        CodePipeline's execution modes: queued (``wait``) and superseded.
    """

    REFUSE = "refuse"
    WAIT = "wait"
    SUPERSEDE = "supersede"


@dataclass(frozen=True)
class Environment:
    """A place that runs releases of the service.

    Attributes:
        name: Its name.
        target: What runs instances; ``process``.
        replicas: Instances wanted; count, >= 1.
        strategy: Name of the deployment strategy.
        options: The strategy's options, as configured.
        minimum_healthy: Healthy instances that serve at any time of a deployment, at least; count;
            None for what the strategy keeps by itself.
        progress_deadline_s: Longest time without progress of a rollout, seconds, > 0; it goes back
            then. Pauses, bakes and delays do not count.
        concurrency: What becomes of a second deployment while one is under way.
        variables: Environment variables of instances, over those of the service.
        resources: Names of the service's resources that it provides; None for all.
        probe: The traffic that measures its deployments.
        alarms: Watched while the candidate gets traffic, or asked before.
        hold_s: How long a rollout is held for alarms without data before it goes back; seconds,
            >= 0.
        rehearsal: What the rehearsal of each promotion has to keep; None for no rehearsal.
        mixed_versions: What is run while two releases overlap; None for nothing.
        required_evidence: Stages that must have evidence before it is deployed to by command; None
            for all that stand before it in a whole run.
        evidence_max_age_s: How old that may be, seconds, > 0; None for what the pipeline says.
    """

    name: str
    target: str = "process"
    replicas: int = 1
    strategy: str = "rolling"
    options: Mapping[str, object] = field(default_factory=dict)
    minimum_healthy: int | None = None
    progress_deadline_s: float = 600.0
    concurrency: Concurrency = Concurrency.REFUSE
    variables: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[str, ...] | None = None
    probe: ProbeSpec = ProbeSpec()
    alarms: tuple[AnyAlarm, ...] = DEFAULT_ALARMS
    hold_s: float = 10.0
    rehearsal: RehearsalLimits | None = None
    mixed_versions: MixedVersions | None = None
    required_evidence: tuple[str, ...] | None = None
    evidence_max_age_s: float | None = None
