"""Everything the engine acts with: its ports, chosen by `wiring`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.services import Service
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.engine.alarm_sources import AlarmSources
from pytest_pipeline.engine.attesting import SignatureVerifier, StatementSigner
from pytest_pipeline.engine.duration_store import DurationStore
from pytest_pipeline.engine.evidence_store import EvidenceStore
from pytest_pipeline.engine.ledger import Ledger
from pytest_pipeline.engine.ports import (
    ArtifactStore,
    Builder,
    Clock,
    HealthProbe,
    History,
    Installer,
    Journal,
    PostgresProvider,
    PostgresServer,
    Processes,
    RequestCounter,
    Router,
    SmokeTests,
    SuiteStore,
    Target,
    TrafficProbe,
)
from pytest_pipeline.engine.progress import Progress
from pytest_pipeline.engine.promotion_store import PromotionStore
from pytest_pipeline.engine.shard_store import ShardStore
from pytest_pipeline.engine.site_records import SiteRecords
from pytest_pipeline.engine.workspace import Workspace

Item = TypeVar("Item")
Result = TypeVar("Result")


class Routers(Protocol):
    """Starts routers, and finds those again that were kept."""

    def start(
        self,
        folder: Path,
        *,
        keep: bool,
        port: int | None = None,
        preview_port: int | None = None,
    ) -> Router:
        """Start a router.

        Args:
            folder: Folder for its configuration and log; created when missing.
            keep: Whether it survives its owner.
            port: Port to listen on; None for a free one.
            preview_port: Port of the preview address; None for a free one.

        Raises:
            RouterError: If it does not start.
        """
        ...

    def record(self, router: Router) -> Mapping[str, object]:
        """Return what is needed to find the router again, as JSON values."""
        ...

    def attach(self, record: Mapping[str, object]) -> Router:
        """Return the router of a record, whether or not it still runs."""
        ...


class Databases(PostgresProvider, Protocol):
    """Provides database servers, and finds those again that were kept."""

    def record(self, server: PostgresServer) -> Mapping[str, object]:
        """Return what is needed to find the server again, as JSON values without its password."""
        ...

    def attach(self, record: Mapping[str, object]) -> PostgresServer:
        """Return the server of a record, whether or not it still runs."""
        ...


class Toolbox(Protocol):
    """The ports of one command; each comes into being when it is first asked for."""

    @property
    def workspace(self) -> Workspace:
        """Where things are kept."""
        ...

    @property
    def clock(self) -> Clock:
        """Time."""
        ...

    @property
    def progress(self) -> Progress:
        """Shows what goes on."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Executions, releases, deployments."""
        ...

    @property
    def evidence(self) -> EvidenceStore:
        """Evidence of stages."""
        ...

    @property
    def shards(self) -> ShardStore:
        """Shards of stages, not yet joined."""
        ...

    @property
    def durations(self) -> DurationStore:
        """How long tests took."""
        ...

    @property
    def promotions(self) -> PromotionStore:
        """Promotions of environments, and approvals of their policies."""
        ...

    @property
    def trust(self) -> Trust:
        """Who is believed."""
        ...

    @property
    def signer(self) -> StatementSigner | None:
        """Who signs here; None for nobody."""
        ...

    @property
    def verifier(self) -> SignatureVerifier:
        """Checks signatures."""
        ...

    @property
    def baselines(self) -> EvidenceStore:
        """What was measured of other commits to compare with, and promotes nothing."""
        ...

    @property
    def history(self) -> History:
        """Knows what a change is a change of."""
        ...

    @property
    def records(self) -> SiteRecords:
        """Records of kept environments."""
        ...

    @property
    def journal(self) -> Journal:
        """Journals deployments."""
        ...

    @property
    def processes(self) -> Processes:
        """Starts processes that cannot outlive this one."""
        ...

    @property
    def routers(self) -> Routers:
        """Starts routers."""
        ...

    @property
    def health(self) -> HealthProbe:
        """Asks instances whether they are ready."""
        ...

    @property
    def probe(self) -> TrafficProbe:
        """Sends the traffic that measures deployments."""
        ...

    @property
    def counter(self) -> RequestCounter:
        """Reads what instances counted."""
        ...

    @property
    def smoke_tests(self) -> SmokeTests:
        """Runs tests against previews."""
        ...

    @property
    def alarm_sources(self) -> AlarmSources:
        """Asks what alarms want to know."""
        ...

    @property
    def suites(self) -> SuiteStore:
        """Keeps the test suites of releases."""
        ...

    @property
    def databases(self) -> Databases:
        """Provides database servers."""
        ...

    @property
    def builder(self) -> Builder:
        """Builds artifacts."""
        ...

    @property
    def artifacts(self) -> ArtifactStore:
        """Keeps artifacts."""
        ...

    @property
    def installer(self) -> Installer:
        """Makes artifacts ready to run."""
        ...

    @property
    def variables(self) -> Mapping[str, str]:
        """Environment variables that instances and migrations inherit."""
        ...

    def concurrently(
        self, function: Callable[[Item], Result], items: Sequence[Item]
    ) -> list[Result]:
        """Return what a function returns for each item; several at the same time.

        The first exception is raised, after all have ended.
        """
        ...

    def uninterrupted(self) -> AbstractContextManager[None]:
        """Return a context that Ctrl-C does not break: it is raised at the block's end.

        For what must be known as soon as it exists, or nobody could end it.
        """
        ...

    def target(self, *, keep: bool) -> Target:
        """Return what runs instances that survive their owner, or do not."""
        ...

    def revise(self, root: Path) -> Revision:
        """Read the revision of the service or of a peer from its root."""
        ...

    def peer(self, root: Path) -> Service:
        """Read the configuration of a peer service."""
        ...
