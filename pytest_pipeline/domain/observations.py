"""What is found when one looks at an environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Observation:
    """What runs, by identifiers of instances.

    Attributes:
        running: Instances that run.
        ready: Those of them that answer their readiness path.
        serving: Those of them that get new requests.
    """

    running: frozenset[str] = frozenset()
    ready: frozenset[str] = frozenset()
    serving: frozenset[str] = frozenset()
