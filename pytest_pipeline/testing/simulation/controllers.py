"""What controllers do in a simulated world, as the commands of a person do it."""

from __future__ import annotations

from contextlib import suppress

from pytest_pipeline.domain.alarms import DEFAULT_ALARMS
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.environments import Environment, ProbeSpec
from pytest_pipeline.domain.overlap_checks import MixedVersions
from pytest_pipeline.domain.releases import Release, configuration_of
from pytest_pipeline.domain.services import CommandBuild, RunSpec, Service
from pytest_pipeline.engine.adopting import adopt_site
from pytest_pipeline.engine.building import Built, install
from pytest_pipeline.engine.concluding import conclude
from pytest_pipeline.engine.deploying import deploy
from pytest_pipeline.engine.kept_sites import discard_site, find_site, record_site
from pytest_pipeline.engine.resuming import abort, resume
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.sites import close_site, open_site, serve
from pytest_pipeline.errors import PipelineError, StateError
from pytest_pipeline.testing.paper_folder import PaperFolder
from pytest_pipeline.testing.simulation.scenario import Scenario
from pytest_pipeline.testing.simulation.simulated_toolbox import SimulatedToolbox
from pytest_pipeline.testing.simulation.struck_alarm_sources import TOLD
from pytest_pipeline.testing.simulation.world import ENVIRONMENT, World

FOLDER = PaperFolder("/simulated")
#: Alarms and deadlines are those of an impatient service, so that rollouts stay short; seconds.
DEPLOY_TIMEOUT_S = 3.0
DRAIN_TIMEOUT_S = 4.0


class Controllers:
    """The commands of one simulation.

    Args:
        world: Where.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._scenario = world.scenario
        self._site: Site | None = None
        self._number = 0

    def open_stable(self) -> None:
        """Open the environment, with stable serving; nothing goes wrong yet."""
        scenario, world = self._scenario, self._world
        tools = SimulatedToolbox(world)
        before = environment_of(scenario, scenario.stable_replicas or scenario.replicas)
        site = open_site(tools, before, _built(1), FOLDER, keep=scenario.keep)
        record_site(site)
        if scenario.stable_replicas:
            release = self.register(irreversible=False)
            serve(site, release, install(tools, release.artifact))
            tools.ledger.mark_promoted(ENVIRONMENT, release.number)
            record_site(site)
        if scenario.keep and scenario.stable_replicas not in (0, scenario.replicas):
            adopted = adopt_site(tools, self.environment, _built(1), execution="scaling")
            assert adopted is not None  # noqa: S101 - it serves
            site = adopted
            record_site(site)
        self._site = site
        self._world.storm.begin()

    @property
    def environment(self) -> Environment:
        """The environment as it is configured now."""
        return environment_of(self._scenario, self._scenario.replicas)

    def deploy(self) -> DeploymentRecord:
        """Deploy a new release: to the open site first, later as the next command."""
        tools = SimulatedToolbox(self._world)
        site, self._site = self._site or self._adopt(tools), None
        release = self.register(irreversible=self._scenario.irreversible)
        installed = install(tools, release.artifact)
        name = f"d{release.number}"
        try:
            site.admit(release, installed)
            record = deploy(site, release, strategy=self._scenario.strategy, deployment=name)
            conclude(site, record, execution=name)
        finally:
            self._leave(site)
        return record

    def resume(self) -> DeploymentRecord:
        """Go on with the deployment that is open."""
        site = self._found()
        record = resume(site)
        conclude(site, record, execution="resume")
        self._leave(site)
        return record

    def abort(self, *, force: bool = False) -> DeploymentRecord:
        """Go back from the deployment that is open."""
        site = self._found()
        record = abort(site, "somebody asks", force=force)
        conclude(site, record, execution="abort")
        self._leave(site)
        return record

    def adopt(self) -> Site | None:
        """Bring the environment in order."""
        tools = SimulatedToolbox(self._world)
        return adopt_site(tools, self.environment, _built(1), execution="adopt")

    def find(self) -> Site | None:
        """Return the environment as it is recorded; None when nothing is kept."""
        return find_site(SimulatedToolbox(self._world), self.environment)

    def register(self, *, irreversible: bool) -> Release:
        """Register the next release.

        Args:
            irreversible: Whether releases before it cannot run after its migration.
        """
        tools = SimulatedToolbox(self._world)
        self._number += 1
        run = RunSpec(
            command=("serve", "{port}"),
            migrate=("migrate",),
            irreversible=irreversible,
            ready="/ready",
            deploy_timeout_s=DEPLOY_TIMEOUT_S,
            drain_timeout_s=DRAIN_TIMEOUT_S,
        )
        return tools.ledger.register_release(
            ENVIRONMENT,
            artifact=_built(self._number).artifact,
            configuration=configuration_of(run, {}),
        )

    def _adopt(self, tools: SimulatedToolbox) -> Site:
        site = adopt_site(tools, self.environment, _built(1), execution="deploy")
        if site is not None:
            return site
        site = open_site(tools, self.environment, _built(1), FOLDER, keep=self._scenario.keep)
        record_site(site)
        promoted = tools.ledger.promoted(ENVIRONMENT)
        try:
            if promoted is not None:
                serve(site, promoted, install(tools, promoted.artifact))
                record_site(site)
        except PipelineError:
            self._leave(site)
            raise
        return site

    def _found(self) -> Site:
        site = self.find()
        if site is None or not site.deployment:
            raise StateError("no deployment is open")
        return site

    def _leave(self, site: Site) -> None:
        """End a command as the plugin and the command line do."""
        if not site.keep:
            close_site(site)
        elif site.stable is None and not site.deployment:
            discard_site(site)
        else:
            with suppress(StateError):
                record_site(site)


def environment_of(scenario: Scenario, replicas: int) -> Environment:
    """Return the environment of a scenario.

    Args:
        scenario: The scenario.
        replicas: Instances wanted; count, >= 1.
    """
    return Environment(
        ENVIRONMENT,
        replicas=replicas,
        strategy=scenario.strategy,
        options=scenario.options,
        minimum_healthy=scenario.minimum_healthy,
        progress_deadline_s=scenario.progress_deadline_s,
        probe=ProbeSpec(),
        alarms=(*DEFAULT_ALARMS, TOLD),
        mixed_versions=MixedVersions(("e2e",)) if scenario.mixed else None,
    )


def _built(number: int) -> Built:
    service = Service("simulated", CommandBuild(("build",)), RunSpec(("serve",)))
    return Built(service, f"sha256:{number:064x}", {})
