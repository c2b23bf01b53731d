"""A plan: the steps of a deployment, computed whole before anything is touched.

Instances are named by identifiers such as ``r7-0`` (``Release.instances``). Steps are frozen and
idempotent: performing one again after it was done changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    instances: tuple[str, ...]
    min_ready_s: float = 0.0


@dataclass(frozen=True)
class Shift:
    """Set what the router sends where.

    Routed instances that are named no longer get no new request but finish those in flight.

    Attributes:
        stable: Instances of stable that get traffic.
        candidate: Instances of the candidate that get traffic.
        candidate_percent: Share of new requests for the candidate, 0-100; 0 when it has no
            instance here, 100 when stable has none.
    """

    stable: tuple[str, ...]
    candidate: tuple[str, ...]
    candidate_percent: int


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


Step = Migrate | Launch | AwaitHealthy | Shift | Drain | Stop | Bake


@dataclass(frozen=True)
class Plan:
    """The intended path of a deployment.

    Attributes:
        strategy: Name of the strategy that made it, or ``rollback``.
        steps: What is done, in order.
    """

    strategy: str
    steps: tuple[Step, ...]


def describe(step: Step) -> str:
    """Return a step in words, one line."""
    match step:
        case Migrate(release):
            return f"run the migration of r{release}"
        case Launch(_, instances, replaces):
            place = f" in the place of {_listed(replaces)}" if replaces else ""
            return f"launch {_listed(instances)}{place}"
        case AwaitHealthy(instances, min_ready_s):
            stay = f" for {min_ready_s:g} s" if min_ready_s else ""
            return f"await {_listed(instances)} ready{stay}"
        case Shift():
            return f"shift traffic: {_shares(step)}"
        case Drain(instances):
            return f"drain {_listed(instances)}"
        case Stop(instances):
            return f"stop {_listed(instances)}"
        case Bake(duration_s):
            return f"bake {duration_s:g} s under alarms"


def _shares(step: Shift) -> str:
    shares = [
        f"{percent} % to {_listed(instances)}"
        for percent, instances in (
            (100 - step.candidate_percent, step.stable),
            (step.candidate_percent, step.candidate),
        )
        if instances
    ]
    return ", ".join(shares) or "none, nothing serves"


def _listed(instances: tuple[str, ...]) -> str:
    return ", ".join(instances)
