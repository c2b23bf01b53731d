"""An environment of fakes, and the commands that act on it as processes of their own do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.rehearsals import Rehearsal
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.domain.services import CommandBuild, RunSpec, Service
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.engine.attesting import StatementSigner
from pytest_pipeline.engine.building import Built
from pytest_pipeline.engine.control_command import finish_here
from pytest_pipeline.engine.execution import Execution, Interpreter
from pytest_pipeline.engine.ports import LaunchRequest, TrafficProbe
from pytest_pipeline.engine.promoting import Promoter
from pytest_pipeline.engine.promotion_demands import PromotionGate
from pytest_pipeline.engine.promotion_store import PromotionStore
from pytest_pipeline.engine.resuming import abort, resume
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.workspace import Workspace
from pytest_pipeline.testing.fake_alarm_sources import FakeAlarmSources
from pytest_pipeline.testing.fake_health import FakeHealth
from pytest_pipeline.testing.fake_processes import FakeProcesses
from pytest_pipeline.testing.fake_target import FakeTarget
from pytest_pipeline.testing.memory_journal import MemoryJournal
from pytest_pipeline.testing.memory_ledger import MemoryLedger
from pytest_pipeline.testing.memory_promotions import MemoryPromotions
from pytest_pipeline.testing.memory_site_records import MemorySiteRecords
from pytest_pipeline.testing.paper_artifacts import PaperArtifacts
from pytest_pipeline.testing.paper_folder import PaperFolder
from pytest_pipeline.testing.paper_suites import PaperSuites
from pytest_pipeline.testing.silent_probe import SilentProbe
from pytest_pipeline.testing.silent_progress import SilentProgress
from tests.integration.rollouts.counting_router import CountingRouter
from tests.integration.rollouts.recorded_suites import RecordedSuites
from tests.integration.rollouts.timed_clock import TimedClock

NAME = "production"
RUN = RunSpec(
    command=("serve", "{port}"), migrate=("migrate",), ready="/ready", deploy_timeout_s=10
)


@dataclass(frozen=True)
class Ended:
    """What a command came to.

    Attributes:
        record: The deployment that it brought to an end, or made; None when it did neither.
        exit_code: What it said at its end.
        failures: Why, for people.
        records: Everything that it deployed, in order.
        rehearsal: What it rehearsed; None for nothing.
    """

    record: DeploymentRecord | None
    exit_code: ExitCode
    failures: tuple[str, ...]
    records: tuple[DeploymentRecord, ...] = ()
    rehearsal: Rehearsal | None = None

    @property
    def phase(self) -> str:
        """Phase of the deployment at its end."""
        return self.record.phase if self.record else ""


@dataclass
class Place:
    """An environment of fakes that is kept between commands.

    Attributes:
        environment: Its definition; may be replaced between commands.
        run: How releases are run from now on.
        clock: Time.
        target: Its instances.
        health: Which of them are ready.
        router: Its router.
        processes: Runs migrations.
        ledger: What was promoted and asked.
        journal: What was done.
        records: How commands find it again.
        probe: What clients saw.
        smoke_tests: Runs suites.
        suites: The suites that were kept.
        revision: What is deployed from now on.
        promotions: What was promoted, and who says so.
        signer: Signs promotions; None for nobody.
        trust: Who is believed.
        gate: Asked before each deployment, with the execution; None for an exercise.
        further: Further ports of the toolbox.
    """

    environment: Environment
    run: RunSpec = RUN
    clock: TimedClock = field(default_factory=TimedClock)
    target: FakeTarget = field(default_factory=FakeTarget)
    router: CountingRouter = field(default_factory=CountingRouter)
    processes: FakeProcesses = field(default_factory=FakeProcesses)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    records: MemorySiteRecords = field(default_factory=MemorySiteRecords)
    probe: TrafficProbe = field(default_factory=SilentProbe)
    smoke_tests: RecordedSuites = field(default_factory=RecordedSuites)
    suites: PaperSuites = field(default_factory=PaperSuites)
    revision: Revision = Revision(None, True, {})  # noqa: RUF009, FBT003 - frozen; dirty
    promotions: PromotionStore = field(default_factory=MemoryPromotions)
    signer: StatementSigner | None = None
    trust: Trust = field(default_factory=Trust)
    gate: Callable[[Execution], PromotionGate] | None = None
    further: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Have nothing run yet."""
        self.health = FakeHealth(self.target, self.clock)
        self.alarm_sources = FakeAlarmSources(self.clock)
        self._executions = 0

    def configure(self, strategy: str = "", **options: object) -> None:
        """Deploy from now on with these options."""
        chosen = strategy or self.environment.strategy
        self.environment = replace(self.environment, strategy=chosen, options=options)

    def deploy(self) -> Ended:
        """Deploy the next release."""

        def act(execution: Execution) -> None:
            service = Service("orders", CommandBuild(("build",)), self.run)
            execution.revision = self.revision
            # paper artifacts are named by the tree that they were built from
            promoter = Promoter(execution, Built(service, self.revision.tree, {}), keep=True)
            try:
                gate = self.gate(execution) if self.gate is not None else None
                promoter.promote(self.environment, gate=gate)
            finally:
                promoter.close()

        return self._ended(act)

    def resume(self) -> Ended:
        """Go on with the deployment that is open."""
        return self._ended(lambda each: finish_here(each, self.environment, resume))

    def abort(self, *, force: bool = False) -> Ended:
        """Go back from the deployment that is open."""
        finish: Callable[[Site], DeploymentRecord] = partial(abort, reason="aborted", force=force)
        back = Phase.ROLLED_BACK
        return self._ended(lambda each: finish_here(each, self.environment, finish, wanted=back))

    def ask(self, kind: RequestKind) -> None:
        """Ask something of the deployment under way, from another terminal."""
        self.ledger.ask(ControlRequest(NAME, kind))

    def ill_at_first(self, identifier: str) -> None:
        """Let an instance never get ready; one that is launched in its place will."""
        launch, seen = self.target.launch, list[str]()

        def launch_ill(request: LaunchRequest) -> Instance:
            instance = launch(request)
            if request.id == identifier and not seen:
                seen.append(request.id)
                self.health.suspend(instance, float("inf"))
            return instance

        self.target.launch = launch_ill  # type: ignore[method-assign]

    def serving(self) -> dict[str, int]:
        """Return the share of each release that gets traffic, percent."""
        pools = self.router.table.pools
        return {each.name: each.weight_percent for each in pools if each.weight_percent}

    def running(self) -> list[str]:
        """Return the identifiers of everything that runs, sorted."""
        return sorted(each.id for each in self.target.running)

    def promoted(self) -> str:
        """Return the name of the release that the ledger says was promoted last."""
        release = self.ledger.promoted(NAME)
        return release.name if release else ""

    def _target(self, *, keep: bool) -> FakeTarget:
        del keep
        return self.target

    def _ended(self, act: Callable[[Execution], None]) -> Ended:
        self._executions += 1
        tools = self._tools()
        execution = Execution(
            f"e{self._executions}", "deploy", tools, self.clock.now(), self.clock.utc(),
            Interpreter("3", {}),
        )  # fmt: skip
        with execution.containing():
            act(execution)
        made = execution.deployments
        return Ended(
            made[-1] if made else None,
            execution.exit_code,
            tuple(execution.failures),
            tuple(made),
            execution.rehearsals[-1] if execution.rehearsals else None,
        )

    def _tools(self) -> Any:  # noqa: ANN401 - a toolbox with what deployments need
        artifacts = PaperArtifacts()
        return SimpleNamespace(
            alarm_sources=self.alarm_sources,
            artifacts=artifacts,
            clock=self.clock,
            uninterrupted=nullcontext,
            concurrently=lambda function, items: [function(each) for each in items],
            health=self.health,
            installer=artifacts,
            journal=self.journal,
            ledger=self.ledger,
            probe=self.probe,
            processes=self.processes,
            progress=SilentProgress(),
            promotions=self.promotions,
            records=self.records,
            routers=_OneRouter(self),
            smoke_tests=self.smoke_tests,
            suites=self.suites,
            signer=self.signer,
            target=self._target,
            trust=self.trust,
            variables={},
            workspace=Workspace(PaperFolder("/service")),
            **self.further,
        )


@dataclass(frozen=True)
class _OneRouter:
    place: Place

    def start(self, folder: Path, *, keep: bool, port: int | None = None) -> CountingRouter:
        del folder, keep, port
        return self.place.router

    def record(self, router: CountingRouter) -> Mapping[str, object]:
        return {"url": router.url}

    def attach(self, record: Mapping[str, object]) -> CountingRouter:
        del record
        return self.place.router
