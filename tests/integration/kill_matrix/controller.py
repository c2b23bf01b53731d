"""A controller of the world in a folder: what its commands do, as the command line does it."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pytest_pipeline.adapters.environment_folder import EnvironmentFolder
from pytest_pipeline.adapters.file_journal import FileJournal
from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.releases import Release, configuration_of
from pytest_pipeline.engine.adopting import adopt_site
from pytest_pipeline.engine.building import Built
from pytest_pipeline.engine.concluding import conclude
from pytest_pipeline.engine.deploying import deploy
from pytest_pipeline.engine.kept_sites import catch_up, find_site, record_site
from pytest_pipeline.engine.mending import mend_stable
from pytest_pipeline.engine.ports import Installed
from pytest_pipeline.engine.resuming import abort, resume
from pytest_pipeline.engine.rollback_target import choose_target
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.sites import open_site, serve
from pytest_pipeline.engine.supervising import mend_environment
from pytest_pipeline.testing.memory_promotions import MemoryPromotions
from pytest_pipeline.testing.paper_artifacts import PaperArtifacts
from pytest_pipeline.testing.paper_suites import PaperSuites
from pytest_pipeline.testing.virtual_clock import VirtualClock
from tests.integration.kill_matrix.durable_ports import FusedJournal, FusedLedger, FusedRecords
from tests.integration.kill_matrix.fuse import Fuse
from tests.integration.kill_matrix.scenario import ENVIRONMENT, SERVICE, Scenario
from tests.integration.kill_matrix.world import World
from tests.integration.kill_matrix.world_ports import (
    WorldHealth,
    WorldProcesses,
    WorldRouter,
    WorldRouters,
    WorldSmokeTests,
    WorldTarget,
)

JOURNAL = "journal"
RECORDS = "environments"
LEDGER = "ledger.sqlite"


@dataclass
class Controller:
    """One process that acts on the world in a folder.

    Attributes:
        folder: The folder.
        scenario: What is deployed there, and how.
        fuse: When it dies.
    """

    folder: Path
    scenario: Scenario
    fuse: Fuse

    def __post_init__(self) -> None:
        """Open the world."""
        self.world = World(self.folder)
        self.tools = self._tools()

    def act(self, command: str) -> str:
        """Carry out a command to its end.

        Args:
            command: ``prepare``, ``deploy``, ``resume``, ``abort``, ``rollback`` or ``mend``.

        Returns:
            The phase of the deployment at its end; ``nothing`` when there was none to go on with.
        """
        self.tools.records.acquire(ENVIRONMENT, by="a test")
        try:
            return getattr(self, command)()
        finally:
            self.tools.records.yield_up(ENVIRONMENT)
            self.world.lose_controller()

    def prepare(self) -> str:
        """Have the first release serve in a kept environment; or nothing, before the first."""
        site = self._open()
        if not self.scenario.first:
            release = self._register()
            serve(site, release, self._installed(release))
            self.tools.ledger.mark_promoted(ENVIRONMENT, release.number)
        record_site(site)
        return "prepared"

    def deploy(self) -> str:
        """Deploy the next release."""
        site = (
            adopt_site(self.tools, self.scenario.environment, _built(), execution="next")
            or self._reopen()
        )
        release = self._register()
        site.admit(release, self._installed(release))
        record = deploy(
            site,
            release,
            strategy=self.scenario.strategy,
            deployment=f"d{release.number}",
        )
        return self._conclude(site, record)

    def resume(self) -> str:
        """Go on with the deployment that is open."""
        site = self._open_deployment()
        return "nothing" if site is None else self._conclude(site, resume(site))

    def abort(self) -> str:
        """Go back from the deployment that is open."""
        site = self._open_deployment()
        return "nothing" if site is None else self._conclude(site, abort(site, "by request"))

    def rollback(self) -> str:
        """Deploy the release before the one that serves."""
        catch_up(self.tools, ENVIRONMENT)
        target = choose_target(self.tools, ENVIRONMENT, None)
        site = find_site(self.tools, self.scenario.environment)
        assert site is not None
        assert site.stable == target.stable
        mend_stable(site)
        site.admit(target.release, self._installed(target.release))
        strategy = self.scenario.strategy
        record = deploy(site, target.release, strategy=strategy, deployment="back", migrates=False)
        return self._conclude(site, record)

    def mend(self) -> str:
        """Start again what died, as the supervisor has it done."""
        self.tools.records.yield_up(ENVIRONMENT)  # it takes the environment itself
        return "mended" if mend_environment(self.tools, self.scenario.environment) else "nothing"

    def _open_deployment(self) -> Site | None:
        site = find_site(self.tools, self.scenario.environment)
        return site if site is not None and site.deployment else None

    def _conclude(self, site: Site, record: DeploymentRecord) -> str:
        conclude(site, record, execution="e1")
        return record.phase

    def _open(self) -> Site:
        folder = self.folder / "site"
        return open_site(self.tools, self.scenario.environment, _built(), folder, keep=True)

    def _reopen(self) -> Site:
        site = self._open()
        record_site(site)
        promoted = self.tools.ledger.promoted(ENVIRONMENT)
        if promoted is not None:
            serve(site, promoted, self._installed(promoted))
            record_site(site)
        return site

    def _register(self) -> Release:
        ledger: SqlLedger = self.tools.ledger
        return ledger.register_release(
            ENVIRONMENT, artifact="sha256:1", configuration=configuration_of(SERVICE.run, {})
        )

    def _installed(self, release: Release) -> Installed:
        return Installed(release.artifact, self.folder)

    def _tools(self) -> Any:  # noqa: ANN401 - a toolbox with what deployments need
        fuse, world, folder = self.fuse, self.world, self.folder
        target = WorldTarget(world, fuse)
        router = WorldRouter(world, fuse, frozenset(self.scenario.bad))
        journal = FusedJournal(FileJournal(folder / JOURNAL), folder / JOURNAL, fuse)
        ledger = FusedLedger(SqlLedger(sqlite_url(folder / LEDGER)), fuse)
        return SimpleNamespace(
            artifacts=SimpleNamespace(verify=PaperArtifacts().verify, folder=lambda _: folder),
            clock=VirtualClock(),
            uninterrupted=nullcontext,
            concurrently=lambda function, items: [function(each) for each in items],
            health=WorldHealth(world),
            installer=SimpleNamespace(install=Installed),
            journal=journal,
            ledger=ledger,
            promotions=MemoryPromotions(),
            probe=SimpleNamespace(start=lambda *_, **__: SimpleNamespace(stop=lambda: ())),
            processes=WorldProcesses(world, fuse),
            progress=_Promoter(ledger),
            records=FusedRecords(EnvironmentFolder(folder / RECORDS), fuse),
            routers=WorldRouters(router),
            smoke_tests=WorldSmokeTests(world, fuse),
            suites=PaperSuites(),
            target=lambda *, keep: target if keep else None,
            variables={},
        )


class _Promoter:
    """Shows nothing; whoever watches promotes as soon as that is waited for."""

    def __init__(self, ledger: FusedLedger) -> None:
        self._ledger = ledger

    def line(self, text: str) -> None:
        if "waiting for pytest-pipeline promote" in text:
            self._ledger.ask(ControlRequest(ENVIRONMENT, RequestKind.PROMOTE))

    busy = line


def _built() -> Built:
    return Built(SERVICE, "sha256:1", {})
