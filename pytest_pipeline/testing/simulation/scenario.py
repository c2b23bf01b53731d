"""What one simulation is about; drawn from its seed alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_pipeline.testing.simulation.faults import Fault


@dataclass(frozen=True)
class Scenario:
    """A deployment, and what goes wrong.

    Attributes:
        seed: What it was drawn from.
        strategy: Name of the strategy.
        options: Its options, as configured.
        minimum_healthy: As configured; None for what the strategy keeps.
        stable_replicas: Instances that served before; count, 0 for a first deployment.
        replicas: Instances wanted; count, >= 1.
        keep: Whether the environment survives its controller.
        irreversible: Whether stable cannot run after the candidate's migration.
        progress_deadline_s: See `Environment`.
        ready_s: Instances get ready within this time, seconds.
        in_flight_s: How long requests in flight take when an instance is drained, seconds.
        patience_s: How long somebody lets a rollout wait for promotion or resumption, seconds.
        commands: What people do when a deployment was left open, in order: ``resume``, ``abort`` or
            ``deploy``.
        twice: Whether resumption is tried both undisturbed and with a death in it.
        faults: What goes wrong.
        mixed: Whether the releases are tried with each other's tests, where they overlap.
    """

    seed: int
    strategy: str
    options: Mapping[str, object]
    minimum_healthy: int | None
    stable_replicas: int
    replicas: int
    keep: bool
    irreversible: bool
    progress_deadline_s: float
    ready_s: float
    in_flight_s: float
    patience_s: float
    commands: tuple[str, ...]
    twice: bool
    faults: tuple[Fault, ...]
    mixed: bool = False

    def __str__(self) -> str:
        """Return the scenario in words, one line."""
        kept = "kept" if self.keep else "not kept"
        faults = ", ".join(str(each.kind) for each in self.faults) or "no fault"
        return (
            f"{self.strategy} {dict(self.options)}: {self.stable_replicas} > {self.replicas} "
            f"instances, {kept}; {faults}"
        )
