"""The toolbox of a command, with the real adapters."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pytest_pipeline import config
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.services import Service
from pytest_pipeline.domain.trust import Signer, Trust
from pytest_pipeline.engine.workspace import Workspace
from pytest_pipeline.errors import PipelineError
from pytest_pipeline.wiring.ci import in_ci

if TYPE_CHECKING:
    from pytest_pipeline.adapters.alarm_sources import RealAlarmSources
    from pytest_pipeline.adapters.artifact_folder import ArtifactFolder
    from pytest_pipeline.adapters.build import ServiceBuilder
    from pytest_pipeline.adapters.duration_folder import DurationFolder
    from pytest_pipeline.adapters.environment_folder import EnvironmentFolder
    from pytest_pipeline.adapters.envoy.routers import EnvoyRouters
    from pytest_pipeline.adapters.evidence_folder import EvidenceFolder
    from pytest_pipeline.adapters.file_journal import FileJournal
    from pytest_pipeline.adapters.git_history import GitHistory, GitWorkTrees
    from pytest_pipeline.adapters.http_health import HttpHealth
    from pytest_pipeline.adapters.postgres import ChosenPostgres
    from pytest_pipeline.adapters.process_target import ProcessTarget
    from pytest_pipeline.adapters.processes import GuardedProcesses
    from pytest_pipeline.adapters.prometheus_counts import PrometheusCounter
    from pytest_pipeline.adapters.promotion_folder import PromotionFolder
    from pytest_pipeline.adapters.shard_folder import ShardFolder
    from pytest_pipeline.adapters.smoke_tests import PytestSmokeTests
    from pytest_pipeline.adapters.source_tree import KeptSuites
    from pytest_pipeline.adapters.sql_ledger import SqlLedger
    from pytest_pipeline.adapters.supervisor.starting import DetachedSupervisors
    from pytest_pipeline.adapters.system_clock import SystemClock
    from pytest_pipeline.adapters.traffic_probe.probe import GeneratorProbe
    from pytest_pipeline.adapters.venv_installer import VenvInstaller
    from pytest_pipeline.engine.attesting import SignatureVerifier, StatementSigner
    from pytest_pipeline.engine.progress import Progress

# ruff: noqa: PLC0415 - adapters are imported when they are first needed: a session that deploys
# nothing needs none of the extras and starts fast

#: What instances and migrations inherit from the machine; everything else is configured.
_INHERITED = (
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SHELL",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    "DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH",
)  # fmt: skip

#: What is done at the same time, at most: more would only wait for each other on a laptop.
_AT_ONCE = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


class WiredToolbox:
    """Implements `engine.toolbox.Toolbox` with the real adapters.

    Args:
        root: The service root.
        progress: Shows what goes on.
        inputs: What counts to the revision besides the root.
        excluded: Files that the tool was told to write.
        shown: The root as the user wrote it.
        apart: Folder for ledger, records and journal, where nobody is to hear of what is deployed;
            None for the state folder.
        evidence: Folder below the state folder for evidence, apart from that of others; empty for
            the state folder itself.
        signers: Who is believed.
        signer: Signs what is attested; None for nobody.
    """

    def __init__(  # noqa: PLR0913 - what a command knows of its surroundings
        self,
        root: Path,
        progress: Progress,
        *,
        inputs: Sequence[str] = (),
        excluded: Sequence[Path] = (),
        shown: str = "",
        apart: Path | None = None,
        evidence: str = "",
        signers: Sequence[Signer] = (),
        signer: StatementSigner | None = None,
    ) -> None:
        self.workspace = Workspace(root, shown)
        self._own = apart or self.workspace.state
        self._evidence = self.workspace.state / evidence
        self.progress = progress
        self._inputs = inputs
        self._excluded = excluded
        self._targets: dict[bool, ProcessTarget] = {}
        self.trust = Trust(tuple(signers), in_ci=in_ci(os.environ))
        self.signer = signer

    @cached_property
    def clock(self) -> SystemClock:
        """Time."""
        from pytest_pipeline.adapters.system_clock import SystemClock

        return SystemClock()

    @cached_property
    def ledger(self) -> SqlLedger:
        """A SQLite file."""
        from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url

        return SqlLedger(sqlite_url(self._own / "ledger.db"))

    @cached_property
    def evidence(self) -> EvidenceFolder:
        """Files."""
        from pytest_pipeline.adapters.evidence_folder import EvidenceFolder

        return EvidenceFolder(self._evidence, self.verifier, self.trust.keys)

    @cached_property
    def verifier(self) -> SignatureVerifier:
        """Ed25519."""
        from pytest_pipeline.adapters.dsse import DsseVerifier

        return DsseVerifier()

    @cached_property
    def shards(self) -> ShardFolder:
        """Files."""
        from pytest_pipeline.adapters.shard_folder import ShardFolder

        return ShardFolder(self._evidence, self.verifier, self.trust.keys)

    @cached_property
    def durations(self) -> DurationFolder:
        """Files."""
        from pytest_pipeline.adapters.duration_folder import DurationFolder

        return DurationFolder(self._evidence)

    @cached_property
    def promotions(self) -> PromotionFolder:
        """Files."""
        from pytest_pipeline.adapters.promotion_folder import PromotionFolder

        return PromotionFolder(self._own, self.verifier, self.trust.keys)

    @cached_property
    def baselines(self) -> EvidenceFolder:
        """Files."""
        from pytest_pipeline.adapters.evidence_folder import EvidenceFolder

        return EvidenceFolder(self.workspace.state / "baselines", self.verifier, self.trust.keys)

    @cached_property
    def history(self) -> GitHistory:
        """Git."""
        from pytest_pipeline.adapters.git_history import GitHistory

        return GitHistory()

    @cached_property
    def work_trees(self) -> GitWorkTrees:
        """Git."""
        from pytest_pipeline.adapters.git_history import GitWorkTrees

        return GitWorkTrees()

    @cached_property
    def records(self) -> EnvironmentFolder:
        """Files."""
        from pytest_pipeline.adapters.environment_folder import EnvironmentFolder

        return EnvironmentFolder(self._own / self.workspace.environments.name)

    @cached_property
    def journal(self) -> FileJournal:
        """Files."""
        from pytest_pipeline.adapters.file_journal import FileJournal

        return FileJournal(self._own / "journal")

    @cached_property
    def processes(self) -> GuardedProcesses:
        """Processes of this machine; what an earlier owner and its guardian left is ended."""
        from pytest_pipeline.adapters.processes import GuardedProcesses, sweep_abandoned

        owners = self.workspace.state / "owners"
        for name in sweep_abandoned(owners, clock=self.clock):
            self.progress.line(f"ended what an earlier run left behind: {name}")
        return GuardedProcesses(clock=self.clock, records=owners)

    @cached_property
    def routers(self) -> EnvoyRouters:
        """Envoy."""
        from pytest_pipeline.adapters.envoy.routers import EnvoyRouters

        return EnvoyRouters(self.processes, self.clock)

    @cached_property
    def health(self) -> HttpHealth:
        """HTTP."""
        from pytest_pipeline.adapters.http_health import HttpHealth

        return HttpHealth()

    @cached_property
    def probe(self) -> GeneratorProbe:
        """A process of its own."""
        from pytest_pipeline.adapters.traffic_probe.probe import GeneratorProbe

        return GeneratorProbe(self.processes, self.clock)

    @cached_property
    def counter(self) -> PrometheusCounter:
        """Prometheus' text format."""
        from pytest_pipeline.adapters.prometheus_counts import PrometheusCounter

        return PrometheusCounter()

    @cached_property
    def smoke_tests(self) -> PytestSmokeTests:
        """The service's own tests, in a session of their own."""
        from pytest_pipeline.adapters.smoke_tests import PytestSmokeTests

        return PytestSmokeTests(self.processes, self.clock, root=self.workspace.root)

    @cached_property
    def alarm_sources(self) -> RealAlarmSources:
        """Instances, Prometheus, HTTP, commands, tests."""
        from pytest_pipeline.adapters.alarm_sources import RealAlarmSources
        from pytest_pipeline.adapters.smoke_tests import PytestSmokeTests

        return RealAlarmSources(
            self.clock,
            lambda: self.processes,
            lambda timeout_s: PytestSmokeTests(
                self.processes, self.clock, root=self.workspace.root, timeout_s=timeout_s
            ),
            root=self.workspace.root,
            environ=os.environ,
        )

    @cached_property
    def suites(self) -> KeptSuites:
        """Folders with the files of earlier revisions."""
        from pytest_pipeline.adapters.source_tree import KeptSuites

        return KeptSuites(self.workspace.root, self.workspace.state / "suites")

    @cached_property
    def supervisors(self) -> DetachedSupervisors:
        """Processes of their own."""
        from pytest_pipeline.adapters.processes import marks
        from pytest_pipeline.adapters.supervisor.starting import DetachedSupervisors

        return DetachedSupervisors(
            self.workspace.root,
            self.workspace.environments,
            processes=lambda: self.processes,
            variables=lambda: marks.marked(
                os.environ, token="", mark=marks.mint(), keep=True, own={}
            ),
        )

    @cached_property
    def databases(self) -> ChosenPostgres:
        """PostgreSQL, in a container or embedded."""
        from pytest_pipeline.adapters.postgres import ChosenPostgres

        return ChosenPostgres(self.processes, self.clock, owner=self.processes.token)

    @cached_property
    def builder(self) -> ServiceBuilder:
        """Wheels by uv, or the user's command."""
        from pytest_pipeline.adapters.build import ServiceBuilder
        from pytest_pipeline.adapters.uv_binary import find_uv

        return ServiceBuilder(self.processes, self.clock, revise=self.revise, find_uv=find_uv)

    @cached_property
    def artifacts(self) -> ArtifactFolder:
        """Files."""
        from pytest_pipeline.adapters.artifact_folder import ArtifactFolder

        return ArtifactFolder(self.workspace.state / "artifacts")

    @cached_property
    def installer(self) -> VenvInstaller:
        """Virtual environments."""
        from pytest_pipeline.adapters.uv_binary import find_uv
        from pytest_pipeline.adapters.venv_installer import VenvInstaller

        return VenvInstaller(
            self.workspace.state / "venvs",
            processes=self.processes,
            clock=self.clock,
            find_uv=find_uv,
            project=self.workspace.root,
        )

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """The few variables that every program needs.

        The environment that runs the pipeline is taken out of ``PATH``: what the artifact lacks
        must not be found there, where the tests' own dependencies are installed.
        """
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name in _INHERITED or name.startswith("LC_")
        }
        own = Path(sysconfig.get_path("scripts")).resolve()
        folders = inherited.get("PATH", os.defpath).split(os.pathsep)
        kept = [each for each in folders if each and Path(each).resolve() != own]
        return {**inherited, "PATH": os.pathsep.join(kept)}

    def concurrently(
        self, function: Callable[[Item], Result], items: Sequence[Item]
    ) -> list[Result]:
        """Return what a function returns for each item; several at the same time."""
        if len(items) <= 1:
            return [function(each) for each in items]
        with ThreadPoolExecutor(min(_AT_ONCE, len(items))) as pool:
            begun = [pool.submit(function, each) for each in items]
            wait(begun)
            return [each.result() for each in begun]

    def uninterrupted(self) -> AbstractContextManager[None]:
        """Hold Ctrl-C and SIGTERM back."""
        from pytest_pipeline.adapters.held_signals import held_signals

        return held_signals()

    def target(self, *, keep: bool) -> ProcessTarget:
        """Processes of this machine."""
        from pytest_pipeline.adapters.process_target import ProcessTarget

        if keep not in self._targets:
            self._targets[keep] = ProcessTarget(self.processes, keep=keep)
        return self._targets[keep]

    def revise(self, root: Path) -> Revision:
        """Read the revision of the service or of a peer."""
        from pytest_pipeline.adapters.source_tree import DiskSourceTree

        inputs = self._inputs if root == self.workspace.root else ()
        return DiskSourceTree().revision(root, inputs=inputs, excluded=self._excluded)

    def peer(self, root: Path) -> Service:
        """Read the configuration of a peer service."""
        return config.load_service(root)

    def supervise(self) -> None:
        """Start the supervisor of each kept environment that has none; never raises."""
        for name in self.records.names():
            try:
                self.supervisors.ensure(name)
            except PipelineError as error:
                self.progress.line(f"{name} serves, but nobody looks after it: {error}")

    def close(self) -> None:
        """End what is guarded and still runs."""
        if "processes" in self.__dict__:
            self.processes.close()


@contextmanager
def toolbox(  # noqa: PLR0913 - what a command knows of its surroundings
    root: Path,
    progress: Progress,
    *,
    inputs: Sequence[str] = (),
    excluded: Sequence[Path] = (),
    shown: str = "",
    supervised: bool = True,
    apart: Path | None = None,
    evidence: str = "",
    signers: Sequence[Signer] = (),
    signer: StatementSigner | None = None,
) -> Iterator[WiredToolbox]:
    """Yield the toolbox of a service root; what is guarded and still runs is ended after.

    Args:
        root: The service root.
        progress: Shows what goes on.
        inputs: What counts to the revision besides the root.
        excluded: Files that the tool was told to write.
        shown: The root as the user wrote it.
        supervised: Whether what is kept at the end, or was before, gets its supervisor.
        apart: Folder for ledger, records and journal, where nobody is to hear of what is deployed;
            created. None for the state folder.
        evidence: See `WiredToolbox`.
        signers: Who is believed.
        signer: Signs what is attested; None for nobody.

    Raises:
        StateError: If the state folder cannot be written.
    """
    tools = WiredToolbox(
        root,
        progress,
        inputs=inputs,
        excluded=excluded,
        shown=shown,
        apart=apart,
        evidence=evidence,
        signers=signers,
        signer=signer,
    )
    tools.workspace.prepare()
    if apart is not None:
        apart.mkdir(parents=True, exist_ok=True)
    try:
        yield tools
    finally:
        if supervised:
            tools.supervise()
        tools.close()
        progress.idle()
