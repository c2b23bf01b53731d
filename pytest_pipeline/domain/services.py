"""A service as its configuration describes it: how it is built and how an instance is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.instance_counts import MetricsSpec
from pytest_pipeline.domain.resources import ResourceSpec


@dataclass(frozen=True)
class WheelBuild:
    """Build a wheel of the service root and a hash-pinned lock of all its dependencies.

    Attributes:
        timeout_s: Longest duration of the build, seconds, > 0.
    """

    timeout_s: float = 600.0


@dataclass(frozen=True)
class CommandBuild:
    """Run a command that leaves the files of the artifact in a folder.

    Attributes:
        command: The command; ``{output}`` becomes the folder, which exists and is empty.
        timeout_s: Longest duration of the build, seconds, > 0.
    """

    command: tuple[str, ...]
    timeout_s: float = 600.0


BuildSpec = WheelBuild | CommandBuild


@dataclass(frozen=True)
class RunSpec:
    """How an instance is run and found ready.

    Attributes:
        command: Starts an instance in the foreground. Placeholders: ``{port}``, ``{artifact}`` (the
            installed artifact's folder), ``{environment}``, ``{release}``, ``{instance}``,
            ``{resources.NAME.url}``.
        migrate: Run once per release before its first instance starts; empty for none.
        irreversible: Whether releases before this one cannot run on the migrated data: a failure
            after the migration freezes the rollout instead of going back.
        ready: Path that answers 2xx when the instance may get traffic.
        variables: Environment variables of instances; the same placeholders but ``{port}``.
        deploy_timeout_s: Longest time from launch to ready, seconds, > 0.
        drain_timeout_s: Longest time to finish requests in flight, and again to exit after SIGTERM,
            seconds, > 0.
        migrate_timeout_s: Longest duration of the migration, seconds, > 0.
        metrics: Where an instance counts its requests; None where that is not known.
    """

    command: tuple[str, ...]
    migrate: tuple[str, ...] = ()
    irreversible: bool = False
    ready: str = "/"
    variables: Mapping[str, str] = field(default_factory=dict)
    deploy_timeout_s: float = 30.0
    drain_timeout_s: float = 30.0
    migrate_timeout_s: float = 120.0
    metrics: MetricsSpec | None = None


@dataclass(frozen=True)
class Service:
    """A service that can be built and run.

    Attributes:
        name: Its name.
        build: How its artifact is built.
        run: How an instance is run.
        resources: What each environment provides for it, in order of provision.
    """

    name: str
    build: BuildSpec
    run: RunSpec
    resources: tuple[ResourceSpec, ...] = ()
