"""What is deployed over what, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.overlap_checks import MixedVersions
from pytest_pipeline.domain.services import CommandBuild, RunSpec, Service

ENVIRONMENT = "production"


@dataclass(frozen=True)
class Scenario:
    """A deployment whose controller is killed.

    Attributes:
        name: Its name in tables.
        strategy: Name of the strategy.
        options: Its options.
        replicas: Instances of each release; count.
        first: Whether nothing was ever deployed before.
        bad: Numbers of the releases that answer with errors.
        mixed: Whether the releases are tried with each other's tests.
    """

    name: str
    strategy: str
    options: Mapping[str, Any] = field(default_factory=dict)
    replicas: int = 2
    first: bool = False
    bad: tuple[int, ...] = ()
    mixed: bool = False

    @property
    def environment(self) -> Environment:
        """The environment."""
        return Environment(
            ENVIRONMENT,
            replicas=self.replicas,
            strategy=self.strategy,
            options=self.options,
            mixed_versions=MixedVersions(("e2e",)) if self.mixed else None,
        )

    @property
    def candidate(self) -> int:
        """Number of the release whose deployment is killed."""
        return 1 if self.first else 2


SERVICE = Service(
    "orders",
    CommandBuild(("build",)),
    RunSpec(command=("serve", "{port}"), migrate=("migrate",), ready="/ready"),
)

#: The five strategies with the options that give their plans every kind of step there is.
STRATEGIES = (
    Scenario("in-place", "in-place", {"hooks": {"ApplicationStart": ("true",)}, "bake_s": 1}),
    Scenario(
        "rolling",
        "rolling",
        {"batch_size": 2, "monitor_s": 1, "bake_s": 1},
        replicas=3,
        mixed=True,
    ),
    Scenario("immutable", "immutable", {"bake_s": 1}, replicas=3),
    Scenario(
        "blue-green",
        "blue-green",
        {
            "smoke_tests": ["e2e"],
            "switch_steps": [50],
            "step_s": 1,
            "bake_s": 1,
            "scale_down_delay_s": 1,
        },
    ),
    Scenario(
        "canary",
        "canary",
        {
            "steps": [{"weight": 10, "pause": "promotion"}, {"weight": 50, "pause_s": 1}],
            "bake_s": 1,
            "scale_down_delay_s": 1,
        },
        replicas=3,
    ),
)


def going_bad(scenario: Scenario) -> Scenario:
    """Return the same with a candidate that fails its alarm, so that it is taken back."""
    return Scenario(
        f"{scenario.name}, taken back",
        scenario.strategy,
        scenario.options,
        scenario.replicas,
        bad=(scenario.candidate,),
    )


FIRST = Scenario("first release", "rolling", {"bake_s": 1}, first=True)
