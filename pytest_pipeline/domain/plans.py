"""A plan: the steps of a deployment, computed whole before anything is touched.

Instances are named by identifiers such as ``r7-0`` (``Release.instances``). Steps are frozen and
idempotent: performing one again after it was done changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Migrate:
    """Run the candidate's migration; once per release, before its first instance."""

    release: int


@dataclass(frozen=True)
class Launch:
    """Start instances; they get no traffic yet.

    Attributes:
        release: Number of the release they run.
        instances: Their identifiers.
        replaces: The stopped instances whose addresses they take over, one each (in-place), or
            empty.
    """

    release: int
    instances: tuple[str, ...]
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class AwaitHealthy:
    """Wait until every instance answers its readiness path.

    Attributes:
        instances: Their identifiers.
        min_ready_s: How long they must stay ready, seconds, >= 0.
        max_failures: Instances of the release that may fail in the whole deployment and are
            launched anew; count, >= 0.
    """

    instances: tuple[str, ...]
    min_ready_s: float = 0.0
    max_failures: int = 0


@dataclass(frozen=True)
class TrafficRules:
    """What decides, beside the weights, which release answers a request.

    Attributes:
        testers_header: ``name: value`` of the requests that the candidate answers whatever its
            weight; empty for none.
        sticky_by: ``header:NAME`` or ``cookie:NAME``: requests with the same value there are
            answered by the same release while the weights stay, and who got the candidate keeps
            it when its weight grows; empty for a draw per request.
    """

    testers_header: str = ""
    sticky_by: str = ""


@dataclass(frozen=True)
class Shift:
    """Set what the router sends where.

    Routed instances that are named no longer get no new request but finish those in flight.

    Attributes:
        stable: Instances of stable that get traffic.
        candidate: Instances of the candidate that get traffic.
        candidate_percent: Share of new requests for the candidate, 0-100; 0 when it has no
            instance here, 100 when stable has none (or 0 of a preview that nobody else sees).
        preview: Whether the candidate answers at the preview address as well.
        rules: What else decides who answers.
    """

    stable: tuple[str, ...]
    candidate: tuple[str, ...]
    candidate_percent: int
    preview: bool = False
    rules: TrafficRules = TrafficRules()


@dataclass(frozen=True)
class Smoke:
    """Run tests against the candidate at the preview address; any that fails, fails the step.

    Attributes:
        tests: Names of layers, or node ids.
    """

    tests: tuple[str, ...]


@dataclass(frozen=True)
class CheckOverlap:
    """Run the test suites of both releases against each other, before clients see the candidate.

    The suite of stable is run against the candidate at the preview address, that of the candidate
    against stable. Any that fails, fails the step.

    Attributes:
        stable: Number of the release that serves.
        candidate: Number of the release that is to serve.
        tests: Names of layers, or node ids.
        timeout_s: Longest duration of each of the two, seconds, > 0.
    """

    stable: int
    candidate: int
    tests: tuple[str, ...]
    timeout_s: float


@dataclass(frozen=True)
class RunHook:
    """Run a command of the user's at a lifecycle event, once for each instance.

    Attributes:
        event: Name of the event, in CodeDeploy's words (`lifecycle_events`).
        command: The command.
        instances: The instances it is about.
        timeout_s: Longest duration for one instance, seconds, > 0.
    """

    event: str
    command: tuple[str, ...]
    instances: tuple[str, ...]
    timeout_s: float = 60.0


@dataclass(frozen=True)
class Drain:
    """Wait until no request is in flight at the instances."""

    instances: tuple[str, ...]


@dataclass(frozen=True)
class Stop:
    """Stop drained instances and take them out of the router."""

    instances: tuple[str, ...]


@dataclass(frozen=True)
class Bake:
    """Watch the alarms while the candidate gets traffic.

    Attributes:
        duration_s: How long, seconds, >= 0.
    """

    duration_s: float


@dataclass(frozen=True)
class AwaitPromotion:
    """Watch the alarms until somebody promotes; time alone never does."""


@dataclass(frozen=True)
class DelayScaleDown:
    """Keep what was replaced running, so that going back stays one router update.

    Attributes:
        instances: What is kept.
        duration_s: How long, seconds, >= 0.
    """

    instances: tuple[str, ...]
    duration_s: float


Step = (
    Migrate
    | Launch
    | AwaitHealthy
    | Shift
    | Smoke
    | CheckOverlap
    | RunHook
    | Drain
    | Stop
    | Bake
    | AwaitPromotion
    | DelayScaleDown
)


@dataclass(frozen=True)
class Plan:
    """The intended path of a deployment.

    Attributes:
        strategy: Name of the strategy that made it, or ``rollback``.
        steps: What is done, in order.
        minimum_healthy: Healthy instances that serve at any time, at least; count, >= 0. A step
            that would leave fewer is not performed.
    """

    strategy: str
    steps: tuple[Step, ...]
    minimum_healthy: int = 0


def without_migration(plan: Plan) -> Plan:
    """Return a plan that takes the data as they are."""
    steps = tuple(step for step in plan.steps if not isinstance(step, Migrate))
    return replace(plan, steps=steps)
