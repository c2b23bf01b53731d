"""Resources of a site: databases and peer services, started in order, stopped in reverse."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.resources import PeerSpec, PostgresSpec, ProvidedResource, ResourceSpec
from pytest_pipeline.domain.services import RunSpec, Service
from pytest_pipeline.engine.building import Built, install, short
from pytest_pipeline.engine.ports import Command, Installed, LaunchRequest, PostgresServer
from pytest_pipeline.engine.runtime import instance_command, instance_variables, placeholder_values
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import (
    HealthTimeoutError,
    PipelineError,
    ResourceError,
    TargetStartError,
)

#: How often a starting peer is asked whether it is ready, and how long one answer may take.
POLL_S = 0.05
READY_TIMEOUT_S = 2.0
#: How long a peer may take to stop.
STOP_GRACE_S = 5.0


@dataclass(frozen=True)
class RunningResource:
    """A resource that was started.

    Attributes:
        provided: What its users see.
        is_running: Whether it still runs.
        stop: Ends it, and what was started for it.
        log: Where its output is, for people.
        record: What is needed to find it again, as JSON values.
    """

    provided: ProvidedResource
    is_running: Callable[[], bool]
    stop: Callable[[], object]
    log: str
    record: Mapping[str, object]


@dataclass
class ResourceHall:
    """Starts the resources of one environment; equal databases share one server.

    Attributes:
        tools: The engine's ports.
        environment: Name of the environment.
        folder: Folder for logs and data.
        keep: Whether they survive their owner.
    """

    tools: Toolbox
    environment: str
    folder: Path
    keep: bool
    started: list[RunningResource] = field(default_factory=list)
    servers: dict[tuple[object, ...], PostgresServer] = field(default_factory=dict)

    def provide(self, built: Built, names: tuple[str, ...] | None) -> tuple[RunningResource, ...]:
        """Start the resources of a service.

        What was started before a failure is in ``started``, for the caller to stop.

        Args:
            built: The service and its peers' artifacts.
            names: Resources that are wanted; None for all.

        Raises:
            ResourceError: If one does not start.
        """
        own: list[RunningResource] = []
        for spec in built.service.resources:
            if names is None or spec.name in names:
                running = self._start(spec, built)
                self.started.append(running)
                own.append(running)
        return tuple(own)

    def stop(self) -> None:
        """Stop everything, in reverse order."""
        for each in reversed(self.started):
            # What cannot be stopped ends with this process; what failed before is what matters.
            with suppress(PipelineError):
                each.stop()

    def _start(self, spec: ResourceSpec, built: Built) -> RunningResource:
        self.tools.progress.busy(f"{self.environment}: starting resource {spec.name}")
        if isinstance(spec, PostgresSpec):
            return self._start_database(spec, built.service)
        return self._start_peer(spec, built.peers[spec.name])

    def _start_database(self, spec: PostgresSpec, service: Service) -> RunningResource:
        key = (spec.provider, spec.version, spec.image)
        server = self.servers.get(key)
        owner = server is None
        if server is None:
            folder = self.folder / f"{spec.name}-server"
            folder.mkdir(parents=True, exist_ok=True)
            server = self.tools.databases.provide(spec, folder=folder, keep=self.keep)
            self.servers[key] = server
        database = f"{service.name}_{spec.name}".replace("-", "_")
        try:
            url = server.create_database(database)
        except BaseException:
            if owner:
                server.stop()
            raise
        provided = ProvidedResource(
            spec.name, "postgres", server.provider, server.version, url, server.note, server.image
        )
        return RunningResource(
            provided,
            server.is_running,
            server.stop if owner else _nothing,
            str(self.folder / f"{spec.name}-server"),
            {"kind": "postgres", "owner": owner, "server": self.tools.databases.record(server)},
        )

    def _start_peer(self, spec: PeerSpec, built: Built) -> RunningResource:
        resources = self.provide(built, None)
        installed = install(self.tools, built.artifact)
        values = placeholder_values(
            environment=self.environment,
            release=short(built.artifact),
            instance=f"{spec.name}-0",
            artifact=installed.folder,
            resources=[each.provided for each in resources],
        )
        self._migrate_peer(spec, built, installed, values)
        instance = self._launch_peer(spec, built, installed, values)
        target = self.tools.target(keep=self.keep)
        provided = ProvidedResource(
            spec.name, "service", "process", short(built.artifact), instance.url
        )
        return RunningResource(
            provided,
            lambda: target.is_running(instance),
            lambda: target.stop(instance, grace_s=STOP_GRACE_S),
            instance.log,
            {"kind": "service", "instance": instance_record(instance)},
        )

    def _migrate_peer(
        self, spec: PeerSpec, built: Built, installed: Installed, values: Mapping[str, str]
    ) -> None:
        run = built.service.run
        if not run.migrate:
            return
        command = Command(
            argv=instance_command(run.migrate, values),
            cwd=installed.folder,
            env=instance_variables(self.tools.variables, run.variables, values, installed),
            log=self.folder / f"{spec.name}-migrate.log",
            name=f"migration of {spec.name} ({self.environment})",
        )
        done = self.tools.processes.run(command, timeout_s=run.migrate_timeout_s)
        if done.exit_code != 0:
            raise ResourceError(
                f"{command.name} failed with {done.exit_code}", output=done.output[-4000:]
            )

    def _launch_peer(
        self, spec: PeerSpec, built: Built, installed: Installed, values: Mapping[str, str]
    ) -> Instance:
        run = built.service.run
        target = self.tools.target(keep=self.keep)
        instance = target.launch(
            LaunchRequest(
                id=f"{spec.name}-0",
                release=0,
                argv=instance_command(run.command, values),
                cwd=installed.folder,
                env=instance_variables(self.tools.variables, run.variables, values, installed),
                log=self.folder / f"{spec.name}-0.log",
            )
        )
        try:
            self._await_peer(spec, instance, run)
        except BaseException:
            target.stop(instance, grace_s=STOP_GRACE_S)
            raise
        return instance

    def _await_peer(self, spec: PeerSpec, instance: Instance, run: RunSpec) -> None:
        clock, target = self.tools.clock, self.tools.target(keep=self.keep)
        deadline = clock.now() + run.deploy_timeout_s
        answer: str | None = "nothing"
        while answer is not None:
            tail = target.log_tail(instance)
            if not target.is_running(instance):
                raise TargetStartError(f"peer {spec.name} ended before it was ready", output=tail)
            answer = self.tools.health.ready(instance.url + run.ready, timeout_s=READY_TIMEOUT_S)
            if answer is not None and clock.now() > deadline:
                raise HealthTimeoutError(
                    f"peer {spec.name} was not ready within {run.deploy_timeout_s:g} s: "
                    f"{run.ready} answered {answer}",
                    output=tail,
                )
            if answer is not None:
                clock.sleep(POLL_S)


def fingerprint(built: Built, names: tuple[str, ...] | None) -> str:
    """Return the digest of resources' definitions and of peers' artifacts: what is provided.

    Args:
        built: The service and its peers, built.
        names: Resources that are wanted; None for all.
    """
    parts = [
        f"{spec!r} {_peer_print(built.peers[spec.name]) if isinstance(spec, PeerSpec) else ''}"
        for spec in built.service.resources
        if names is None or spec.name in names
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _peer_print(peer: Built) -> str:
    return f"{peer.artifact} {fingerprint(peer, None)}"


def instance_record(instance: Instance) -> dict[str, object]:
    """Return an instance as JSON values."""
    return {
        "id": instance.id,
        "release": instance.release,
        "host": instance.host,
        "port": instance.port,
        "pid": instance.process.pid,
        "created": instance.process.created,
        "log": instance.log,
    }


def _nothing() -> None:
    """Stop nothing: the server is another resource's to stop."""
