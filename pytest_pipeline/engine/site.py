"""A site: an environment as it stands, with all that was started for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Fleet, Instance
from pytest_pipeline.domain.handoffs import EnvironmentHandoff
from pytest_pipeline.domain.plans import Shift
from pytest_pipeline.domain.promotion_drafts import PromotionDraft
from pytest_pipeline.domain.releases import Release, run_of
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.domain.routing import RoutingTable
from pytest_pipeline.domain.routing_tables import (
    as_far_as_known,
    only_running,
    serving_in,
    table_of,
    without_others,
)
from pytest_pipeline.domain.services import RunSpec
from pytest_pipeline.engine.course_recording import CourseRecorder
from pytest_pipeline.engine.ports import Installed, LaunchRequest, Router, Target
from pytest_pipeline.engine.resources import RunningResource
from pytest_pipeline.engine.runtime import instance_command, instance_variables, placeholder_values
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import ResourceError

if TYPE_CHECKING:
    from pytest_pipeline.engine.instance_counts import InstanceCounts


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
        tried: Tables one of which may be in force instead, for the router confirmed none of them.
        stable: The release that serves; None before the first.
        beside: The release that was launched beside it to compare load with; None for none.
        ports: Port that each instance had, by identifier; also of stopped ones.
        watched: Number of the release whose alarms are watched; None for none.
        counted: Router counts of a pool at its first shift in this deployment.
        instance_counts: What instances counted in it; None while nothing is deployed.
        deployment: Identifier of the deployment that is under way, or was when its controller
            died; empty for none.
        rehearsal: Which deployment of a rehearsal that is (`rehearsals.Leg`); empty for none.
        draft: What the promotion of the next deployment rests on; None where it promotes nothing.
        minimum_healthy: Healthy instances that have to serve while it is; count.
        failures: Instances of the candidate that were launched anew in it; count.
        recorded: What of it was written down last, see `kept_sites.record_site`.
        course: Writes down what happens when.
        measured: The course of the latest deployment that was measured here; None before.
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
    tried: tuple[RoutingTable, ...] = ()
    stable: Release | None = None
    beside: Release | None = None
    ports: dict[str, int] = field(default_factory=dict)
    watched: int | None = None
    counted: dict[str, PoolStatistics] = field(default_factory=dict)
    instance_counts: InstanceCounts | None = None
    deployment: str = ""
    rehearsal: str = ""
    draft: PromotionDraft | None = None
    minimum_healthy: int = 0
    failures: int = 0
    recorded: tuple[object, ...] = ()
    measured: Course | None = None
    course: CourseRecorder = field(init=False)
    _runs: dict[int, RunSpec] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin to record."""
        self.course = CourseRecorder(self.tools.clock)

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
            yielding=bool(self.serving()),
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
        return serving_in((self.table, *self.tried))

    def route(self, shift: Shift) -> None:
        """Put a shift into force; what is routed and not named in it drains.

        Every instance that it names is in the fleet.
        """
        self._put(table_of(shift, self.fleet, (self.table, *self.tried)))

    def suspect(self, shift: Shift) -> None:
        """Take note that a shift may be in force, as nobody wrote down whether it was confirmed."""
        known = as_far_as_known(shift, self.fleet)
        if known is not None:
            self.tried = (*self.tried, table_of(known, self.fleet, (self.table, *self.tried)))

    def _put(self, table: RoutingTable) -> None:
        self.tried = (*self.tried, table)
        self.router.apply(table)
        self.table, self.tried = table, ()

    def forget(self, instances: tuple[str, ...]) -> None:
        """Take stopped instances out of the router and the fleet."""
        for each in instances:
            self.fleet.pop(each, None)
        self._put(without_others(self.table, self.fleet))

    def counted_since(self, pool: str) -> PoolStatistics:
        """Return what the router counted for a release since its first shift in this deployment.

        Raises:
            RouterError: If the router does not answer.
        """
        return self.router.statistics(pool).since(self.counted.get(pool, PoolStatistics()))

    def bury(self) -> None:
        """Forget instances that died; the next shift takes them out of the router."""
        running = self.running()
        for dead in self.fleet.keys() - running:
            self.course.ended(dead)
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
        self.tried = ()  # nothing is in force at a new router
        self._put(only_running(self.table, self.running()))
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
            counts_at=self.router.counts_at,
            target=self.environment.target,
            replicas=self.environment.replicas,
        )

    def log_tail(self, instance: str) -> str:
        """Return the last lines of an instance's log; empty if it is unknown."""
        known = self.fleet.get(instance)
        return self.target.log_tail(known) if known else ""
