"""A site: an environment as it stands, with all that was started for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Fleet, Instance
from pytest_pipeline.domain.handoffs import EnvironmentHandoff
from pytest_pipeline.domain.plans import Shift
from pytest_pipeline.domain.releases import Release, run_of
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.domain.routing import (
    Backend,
    BackendState,
    HeaderRoute,
    Pool,
    RoutingTable,
    Stickiness,
    StickySource,
)
from pytest_pipeline.domain.services import RunSpec
from pytest_pipeline.domain.shares import shift_by_count
from pytest_pipeline.engine.ports import Installed, LaunchRequest, Router, Target
from pytest_pipeline.engine.resources import RunningResource
from pytest_pipeline.engine.runtime import instance_command, instance_variables, placeholder_values
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import ResourceError


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
        tried: A table that may be in force instead, for the router did not confirm it; None for
            none.
        stable: The release that serves; None before the first.
        ports: Port that each instance had, by identifier; also of stopped ones.
        watched: Number of the release whose alarms are watched; None for none.
        counted: Router counts of a pool at its first shift in this deployment.
        deployment: Identifier of the deployment that is under way, or was when its controller
            died; empty for none.
        minimum_healthy: Healthy instances that have to serve while it is; count.
        failures: Instances of the candidate that were launched anew in it; count.
        recorded: What of it was written down last, see `kept_sites.record_site`.
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
    tried: RoutingTable | None = None
    stable: Release | None = None
    ports: dict[str, int] = field(default_factory=dict)
    watched: int | None = None
    counted: dict[str, PoolStatistics] = field(default_factory=dict)
    deployment: str = ""
    minimum_healthy: int = 0
    failures: int = 0
    recorded: tuple[object, ...] = ()
    _runs: dict[int, RunSpec] = field(default_factory=dict)

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
        self._runs.pop(release.number, None)

    def running(self) -> frozenset[str]:
        """Return the identifiers of instances that run now."""
        return frozenset(each.id for each in self.fleet.values() if self.target.is_running(each))

    def number_of(self, identifier: str) -> int:
        """Return the number of an instance's release, whether or not it was started."""
        known = self.fleet.get(identifier)
        return known.release if known else int(identifier.removeprefix("r").split("-", 1)[0])

    def demand_resources(self) -> None:
        """Refuse to go on without a resource.

        Raises:
            ResourceError: If one died.
        """
        dead = self.broken_resources()
        if dead:
            raise ResourceError("; ".join(dead))

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
        run = self.run_of(release_number)
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

    def run_of(self, release_number: int) -> RunSpec:
        """Return how instances of a release are run."""
        if release_number not in self._runs:
            self._runs[release_number] = run_of(self.releases[release_number][0].configuration)
        return self._runs[release_number]

    def serving(self) -> frozenset[str]:
        """Return the identifiers of instances that get clients' new requests, or may get them."""
        return frozenset(
            backend.instance
            for table in self._tables()
            for pool in table.pools
            if pool.weight_percent
            for backend in pool.backends
            if backend.state is BackendState.SERVING
        )

    def route(self, shift: Shift) -> None:
        """Put a shift into force; what is routed and not named in it drains.

        Every instance that it names is in the fleet.
        """
        self._put(self._table(shift))

    def suspect(self, shift: Shift) -> None:
        """Take note that a shift may be in force, as nobody wrote down whether it was confirmed."""
        percent = shift.candidate_percent
        stable = tuple(each for each in shift.stable if each in self.fleet and percent < 100)  # noqa: PLR2004 - percent
        candidate = tuple(each for each in shift.candidate if each in self.fleet and percent)
        if stable or candidate:
            self.tried = self._table(shift_by_count(stable, candidate))

    def _put(self, table: RoutingTable) -> None:
        self.tried = table
        self.router.apply(table)
        self.table, self.tried = table, None

    def _tables(self) -> tuple[RoutingTable, ...]:
        return (self.table, self.tried) if self.tried else (self.table,)

    def _table(self, shift: Shift) -> RoutingTable:
        shares = {
            self.fleet[instances[0]].release: (percent, instances)
            for percent, instances in (
                (100 - shift.candidate_percent, shift.stable),
                (shift.candidate_percent, shift.candidate),
            )
            if instances
        }
        named = {*shift.stable, *shift.candidate}
        draining = dict.fromkeys(
            backend.instance
            for table in self._tables()
            for pool in table.pools
            for backend in pool.backends
            if backend.instance in self.fleet and backend.instance not in named
        )
        backends: dict[int, list[Backend]] = {number: [] for number in shares}
        for serving, instances in ((True, (*shift.stable, *shift.candidate)), (False, draining)):
            for each in instances:
                known = self._backend(each, serving=serving)
                backends.setdefault(self.fleet[each].release, []).append(known)
        candidate = f"r{self.fleet[shift.candidate[0]].release}" if shift.candidate else ""
        return RoutingTable(
            tuple(
                Pool(
                    f"r{number}",
                    shares[number][0] if number in shares else 0,
                    tuple(sorted(backends[number], key=_by_instance)),
                )
                for number in sorted(backends)
            ),
            preview=candidate if shift.preview else "",
            testers=_testers(shift.rules.testers_header, candidate),
            sticky=_sticky(shift.rules.sticky_by) if shift.stable and candidate else None,
        )

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
        self._put(replace(self.table, pools=tuple(pool for pool in pools if pool.backends)))

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
        port, preview_port = (
            int(url.rsplit(":", 1)[1]) for url in (self.router.url, self.router.preview_url)
        )
        self.router.stop()
        self.router = self.tools.routers.start(
            self.folder, keep=self.keep, port=port, preview_port=preview_port
        )
        self.counted.clear()
        self.tried = None  # nothing is in force at a new router
        self._put(_only(self.table, self.running()))
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


def _by_instance(backend: Backend) -> str:
    return backend.instance


def _testers(header: str, candidate: str) -> HeaderRoute | None:
    if not header or not candidate:
        return None
    name, _, value = header.partition(":")
    return HeaderRoute(name.strip(), value.strip(), candidate)


def _sticky(by: str) -> Stickiness | None:
    if not by:
        return None
    source, _, name = by.partition(":")
    return Stickiness(StickySource(source), name)


def _only(table: RoutingTable, running: frozenset[str]) -> RoutingTable:
    """Return the table of instances that run; weights go to the pools that still serve."""
    alive = [
        (pool, tuple(each for each in pool.backends if each.instance in running))
        for pool in table.pools
    ]
    serving = [
        (pool, backends)
        for pool, backends in alive
        if pool.weight_percent and any(map(_serves, backends))
    ]
    if not serving:
        return RoutingTable()
    lost = 100 - sum(pool.weight_percent for pool, _ in serving)
    heir = serving[0][0].name
    kept = {pool.name for pool, _ in serving}
    able = {pool.name for pool, backends in alive if any(map(_serves, backends))}
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
        ),
        preview=table.preview if table.preview in able else "",
        testers=table.testers if table.testers and table.testers.pool in able else None,
        sticky=table.sticky,
    )


def _serves(backend: Backend) -> bool:
    return backend.state is BackendState.SERVING
