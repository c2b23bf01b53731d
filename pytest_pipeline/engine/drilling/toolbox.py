"""The toolbox of a drill: the command's own, with a ledger and a journal to throw away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pytest_pipeline.domain.resources import PostgresSpec
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.services import Service
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.engine.alarm_sources import AlarmSources
from pytest_pipeline.engine.attesting import SignatureVerifier, StatementSigner
from pytest_pipeline.engine.drilling.heard_traffic import HeardProbe
from pytest_pipeline.engine.drilling.ports import FaultyTarget, SmallDisk, StartedProcesses
from pytest_pipeline.engine.drilling.striking import StrikingJournal
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
    PostgresServer,
    Processes,
    RequestCounter,
    SmokeTests,
    SuiteStore,
)
from pytest_pipeline.engine.progress import Progress
from pytest_pipeline.engine.promotion_store import PromotionStore
from pytest_pipeline.engine.shard_store import ShardStore
from pytest_pipeline.engine.site_records import SiteRecords
from pytest_pipeline.engine.toolbox import Databases, Routers, Toolbox
from pytest_pipeline.engine.workspace import Workspace

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class OwnDatabases:
    """Databases whose folders are not on the disk that fills up: only the service's files are.

    Attributes:
        databases: Provides them.
        folder: Where their folders go.
    """

    databases: Databases
    folder: Path

    def provide(self, spec: PostgresSpec, *, folder: Path, keep: bool) -> PostgresServer:
        """Start a server; see the port."""
        own = self.folder / folder.name
        own.mkdir(parents=True, exist_ok=True)
        return self.databases.provide(spec, folder=own, keep=keep)

    def record(self, server: PostgresServer) -> Mapping[str, object]:
        """Return what is needed to find the server again."""
        return self.databases.record(server)

    def attach(self, record: Mapping[str, object]) -> PostgresServer:
        """Return the server of a record."""
        return self.databases.attach(record)


@dataclass
class DrillToolbox:
    """Implements `engine.toolbox.Toolbox`, and what a drill needs beside it.

    Attributes:
        base: The command's own toolbox: artifacts, installations and everything stateless.
        ledger: Thrown away.
        records: Thrown away.
        promotions: Thrown away.
        journal: Thrown away; faults wait in it.
        probe: Sends traffic, and lets it be heard.
        databases: Provides databases away from the small disk.
        faulty: Runs instances, and injects faults before them.
        started: What runs.
        disk: Where the site's files are.
    """

    base: Toolbox
    ledger: Ledger
    records: SiteRecords
    promotions: PromotionStore
    journal: StrikingJournal
    probe: HeardProbe
    databases: OwnDatabases
    faulty: FaultyTarget
    started: StartedProcesses
    disk: SmallDisk

    @property
    def workspace(self) -> Workspace:
        """Where artifacts are kept."""
        return self.base.workspace

    @property
    def clock(self) -> Clock:
        """Time."""
        return self.base.clock

    @property
    def progress(self) -> Progress:
        """Shows what goes on."""
        return self.base.progress

    @property
    def evidence(self) -> EvidenceStore:
        """Evidence of stages."""
        return self.base.evidence

    @property
    def trust(self) -> Trust:
        """Who is believed."""
        return self.base.trust

    @property
    def shards(self) -> ShardStore:
        """That of the command."""
        return self.base.shards

    @property
    def durations(self) -> DurationStore:
        """Those of the command."""
        return self.base.durations

    @property
    def signer(self) -> StatementSigner | None:
        """Nobody: what is thrown away is not signed."""
        return None

    @property
    def verifier(self) -> SignatureVerifier:
        """Checks signatures."""
        return self.base.verifier

    @property
    def baselines(self) -> EvidenceStore:
        """What was measured to compare with."""
        return self.base.baselines

    @property
    def history(self) -> History:
        """Knows what a change is a change of."""
        return self.base.history

    @property
    def processes(self) -> Processes:
        """Starts processes."""
        return self.base.processes

    @property
    def routers(self) -> Routers:
        """Starts routers."""
        return self.base.routers

    @property
    def health(self) -> HealthProbe:
        """Asks instances whether they are ready."""
        return self.base.health

    @property
    def counter(self) -> RequestCounter:
        """Reads what instances counted."""
        return self.base.counter

    @property
    def alarm_sources(self) -> AlarmSources:
        """Asks what alarms want to know."""
        return self.base.alarm_sources

    @property
    def suites(self) -> SuiteStore:
        """Keeps the test suites of releases."""
        return self.base.suites

    @property
    def smoke_tests(self) -> SmokeTests:
        """Runs tests against previews."""
        return self.base.smoke_tests

    @property
    def builder(self) -> Builder:
        """Builds artifacts."""
        return self.base.builder

    @property
    def artifacts(self) -> ArtifactStore:
        """Keeps artifacts."""
        return self.base.artifacts

    @property
    def installer(self) -> Installer:
        """Makes artifacts ready to run."""
        return self.base.installer

    @property
    def variables(self) -> Mapping[str, str]:
        """Environment variables that instances and migrations inherit."""
        return self.base.variables

    def concurrently(
        self, function: Callable[[Item], Result], items: Sequence[Item]
    ) -> list[Result]:
        """Return what a function returns for each item; several at the same time."""
        return self.base.concurrently(function, items)

    def uninterrupted(self) -> AbstractContextManager[None]:
        """Return a context that Ctrl-C does not break."""
        return self.base.uninterrupted()

    def target(self, *, keep: bool) -> FaultyTarget:
        """Return what runs instances; nothing of a drill survives it."""
        del keep
        return self.faulty

    def revise(self, root: Path) -> Revision:
        """Read a revision."""
        return self.base.revise(root)

    def peer(self, root: Path) -> Service:
        """Read the configuration of a peer service."""
        return self.base.peer(root)
