"""A site: an environment as it stands, with all that was started for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Fleet, Instance
from pytest_pipeline.domain.handoffs import EnvironmentHandoff
from pytest_pipeline.domain.releases import Release, run_of
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.domain.routing import Backend, BackendState, Pool, RoutingTable
from pytest_pipeline.engine.ports import Installed, LaunchRequest, Router, Target
from pytest_pipeline.engine.resources import RunningResource
from pytest_pipeline.engine.runtime import instance_command, instance_variables, placeholder_values
from pytest_pipeline.engine.toolbox import Toolbox


@dataclass
class Site:
    """An environment as it stands.

    Attributes:
        environment: Its definition.
        tools: The engine's ports.
        folder: Folder for logs and records; exists.
        keep: Whether it serves beyond its execution.
        router: Its router.
        target: What runs its instances.
        resources: What it provides to the service, in order of provision.
        started: The same with what peers needed themselves; all of it is watched and stopped.
        fingerprint: What resources it was opened with; see `resources.fingerprint`.
        releases: Releases that may run here, by number, with their installed artifacts.
        fleet: Running instances by identifier.
        table: What the router sends where.
        stable: The release that serves; None before the first.
        ports: Port that each instance had, by identifier; also of stopped ones.
        watched: Number of the release whose alarms are watched; None for none.
        counted: Router counts of a pool at its first shift in this deployment.
    """

    environment: Environment
    tools: Toolbox
    folder: Path
    keep: bool
    router: Router
    target: Target
    resources: tuple[RunningResource, ...] = ()
    started: tuple[RunningResource, ...] = ()
    fingerprint: str = ""
    releases: dict[int, tuple[Release, Installed]] = field(default_factory=dict)
    fleet: dict[str, Instance] = field(default_factory=dict)
    table: RoutingTable = field(default_factory=RoutingTable)
    stable: Release | None = None
    ports: dict[str, int] = field(default_factory=dict)
    watched: int | None = None
    counted: dict[str, PoolStatistics] = field(default_factory=dict)

    @property
    def provided(self) -> tuple[ProvidedResource, ...]:
        """What it provides, as tests and evidence see it."""
        return tuple(each.provided for each in self.resources)

    def fleet_of(self, release: Release) -> Fleet:
        """Return the fleet that a release has here."""
        return Fleet(release.number, release.instances(self.environment.replicas))

    def admit(self, release: Release, installed: Installed) -> None:
        """Make a release known, so that steps may launch it."""
        self.releases[release.number] = (release, installed)

    def running(self) -> frozenset[str]:
        """Return the identifiers of instances that run now."""
        return frozenset(each.id for each in self.fleet.values() if self.target.is_running(each))

    def broken_resources(self) -> tuple[str, ...]:
        """Return what died of the resources, in words."""
        return tuple(
            f"resource {each.provided.name} ({each.provided.provider} {each.provided.version}) "
            f"of {self.environment.name} died; its log: {each.log}"
            for each in self.started
            if not each.is_running()
        )

    def launch_request(
        self, instance: str, release_number: int, *, port: int | None = None
    ) -> LaunchRequest:
        """Return what the target needs to start an instance."""
        release, installed = self.releases[release_number]
        run = run_of(release.configuration)
        values = self.placeholders(release, installed, instance)
        return LaunchRequest(
            id=instance,
            release=release_number,
            argv=instance_command(run.command, values),
            cwd=installed.folder,
            env=instance_variables(self.tools.variables, run.variables, values, installed),
            log=self.folder / f"{instance}.log",
            port=port,
        )

    def placeholders(
        self, release: Release, installed: Installed, instance: str
    ) -> Mapping[str, str]:
        """Return the values of placeholders in a release's configuration."""
        return placeholder_values(
            environment=self.environment.name,
            release=release.name,
            instance=instance,
            artifact=installed.folder,
            resources=self.provided,
        )

    def route(self, shares: Mapping[int, tuple[int, tuple[str, ...]]]) -> None:
        """Put into force what each release gets; what is routed and not named drains.

        Args:
            shares: Release number to its percentage and the identifiers that get traffic.
        """
        named = {each for _, instances in shares.values() for each in instances}
        draining = {
            backend.instance
            for pool in self.table.pools
            for backend in pool.backends
            if backend.instance in self.fleet and backend.instance not in named
        }
        numbers = {self.fleet[each].release for each in (*named, *draining)}
        table = RoutingTable(
            tuple(
                Pool(
                    f"r{number}",
                    shares[number][0] if number in shares else 0,
                    tuple(
                        self._backend(each, serving=each in named)
                        for each in sorted(named | draining)
                        if self.fleet[each].release == number
                    ),
                )
                for number in sorted(numbers)
            )
        )
        self.router.apply(table)
        self.table = table

    def forget(self, instances: tuple[str, ...]) -> None:
        """Take stopped instances out of the router and the fleet."""
        for each in instances:
            self.fleet.pop(each, None)
        pools = (
            Pool(
                pool.name,
                pool.weight_percent,
                tuple(each for each in pool.backends if each.instance in self.fleet),
            )
            for pool in self.table.pools
        )
        table = RoutingTable(tuple(pool for pool in pools if pool.backends))
        self.router.apply(table)
        self.table = table

    def bury(self) -> None:
        """Forget instances that died; the next shift takes them out of the router."""
        running = self.running()
        self.fleet = {name: each for name, each in self.fleet.items() if name in running}

    def mend_router(self) -> bool:
        """Start a dead router anew at its address, with the table in force.

        Returns:
            Whether it was dead.
        """
        if self.router.is_running():
            return False
        port = int(self.router.url.rsplit(":", 1)[1])
        self.router.stop()
        self.router = self.tools.routers.start(self.folder, keep=self.keep, port=port)
        self.counted.clear()
        table = _without(self.table, frozenset(self.fleet) - self.running())
        self.router.apply(table)
        self.table = table
        return True

    def handoff(self) -> EnvironmentHandoff:
        """Return what a test session is told of this environment."""
        release = self.stable
        return EnvironmentHandoff(
            name=self.environment.name,
            url=self.router.url,
            release=release.name if release else "",
            artifact=release.artifact if release else "",
            resources=self.provided,
            variables=dict(self.environment.variables),
        )

    def log_tail(self, instance: str) -> str:
        """Return the last lines of an instance's log; empty if it is unknown."""
        known = self.fleet.get(instance)
        return self.target.log_tail(known) if known else ""

    def _backend(self, instance: str, *, serving: bool) -> Backend:
        known = self.fleet[instance]
        state = BackendState.SERVING if serving else BackendState.DRAINING
        return Backend(known.id, known.host, known.port, state)


def _without(table: RoutingTable, dead: frozenset[str]) -> RoutingTable:
    """Return the table without dead instances; weights go to the pools that still serve."""
    alive = [
        (pool, tuple(each for each in pool.backends if each.instance not in dead))
        for pool in table.pools
    ]
    serving = [
        (pool, backends)
        for pool, backends in alive
        if pool.weight_percent and any(b.state is BackendState.SERVING for b in backends)
    ]
    if not serving:
        return RoutingTable()
    lost = 100 - sum(pool.weight_percent for pool, _ in serving)
    heir = serving[0][0].name
    kept = {pool.name for pool, _ in serving}
    return RoutingTable(
        tuple(
            Pool(
                pool.name,
                (pool.weight_percent if pool.name in kept else 0)
                + (lost if pool.name == heir else 0),
                backends,
            )
            for pool, backends in alive
            if backends
        )
    )
