"""A pipeline: a service, its stages and its environments, and the order they are walked in."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.layers import LayerRules
from pytest_pipeline.domain.quarantine import Quarantine
from pytest_pipeline.domain.services import Service
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.trust import Signer
from pytest_pipeline.errors import ConfigError


@dataclass(frozen=True)
class Pipeline:
    """What the configuration describes.

    Attributes:
        name: Name of the service.
        service: How it is built and run; None when nothing is to be built or deployed.
        stages: Its stages in order; empty when the layers that have tests make them.
        environments: Its environments in the order of promotion.
        layers: How layers are recognised.
        quarantine: The tests whose failures are excused; None for none.
        inputs: Paths relative to the service root that count to the revision besides it.
        base: The branch that changes are measured against; None for the default branch.
        signers: Who is believed; empty for a project that works unsigned.
        evidence_max_age_s: Evidence that is older does not count, seconds, > 0; None for any age.
        named: Whether the configuration names the service; else it is called after its folder.
    """

    name: str
    service: Service | None
    stages: tuple[Stage, ...]
    environments: tuple[Environment, ...]
    layers: LayerRules = LayerRules()
    inputs: tuple[str, ...] = ()
    quarantine: Quarantine | None = None
    base: str | None = None
    signers: tuple[Signer, ...] = ()
    evidence_max_age_s: float | None = None
    named: bool = True

    @property
    def mixed_layers(self) -> frozenset[str]:
        """The layers whose tests are run while two releases overlap; they need no stage."""
        mixed = (each.mixed_versions for each in self.environments)
        named = (test for each in mixed if each is not None for test in each.tests)
        return frozenset(self.layers.names).intersection(named)

    def environment(self, name: str) -> Environment:
        """Return an environment by name.

        Raises:
            ConfigError: If there is none of that name.
        """
        for environment in self.environments:
            if environment.name == name:
                return environment
        known = ", ".join(each.name for each in self.environments) or "none is configured"
        raise ConfigError(f"no environment {name!r}; known: {known}")

    def stage(self, name: str) -> Stage:
        """Return a stage by name.

        Raises:
            ConfigError: If there is none of that name.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        known = ", ".join(each.name for each in self.stages) or "none has tests"
        raise ConfigError(f"no stage {name!r}; known: {known}")


@dataclass(frozen=True)
class Promote:
    """Deploy the artifact to an environment."""

    environment: str


@dataclass(frozen=True)
class Run:
    """Run a stage."""

    stage: str


def walk(pipeline: Pipeline) -> tuple[Promote | Run, ...]:
    """Return what a whole run does, in order.

    An environment is promoted to just before the first stage that runs against it; those that no
    stage uses come last, in their configured order, so that all gates stand before them.
    """
    steps: list[Promote | Run] = []
    reached: set[str] = set()
    for stage in pipeline.stages:
        if stage.environment is not None and stage.environment not in reached:
            reached.add(stage.environment)
            steps.append(Promote(stage.environment))
        steps.append(Run(stage.name))
    steps.extend(Promote(each.name) for each in pipeline.environments if each.name not in reached)
    return tuple(steps)
