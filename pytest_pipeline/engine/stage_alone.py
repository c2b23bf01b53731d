"""A stage on its own: what a CI job runs, with the evidence of the stages before it."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.handoffs import Beside, Handoff
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.releases import Release, configuration_of
from pytest_pipeline.domain.router_counts import RouterReading
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.time_lines import Span, SpanKind
from pytest_pipeline.engine.baselines import TO_COMPARE
from pytest_pipeline.engine.beside import end_beside, launch_beside
from pytest_pipeline.engine.building import Built, build_all, find_built, install
from pytest_pipeline.engine.evidence_gate import demand_evidence
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.promoting import Promoter
from pytest_pipeline.engine.promotion_demands import PromotionDemand
from pytest_pipeline.engine.router_counting import read_router, with_router_figures
from pytest_pipeline.engine.shard_execution import ShardEnd, conclude_shard
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.sites import serve
from pytest_pipeline.engine.stage_execution import (
    announce_workers,
    conclude_stage,
    doubted,
    handoff_for,
    with_beside,
)
from pytest_pipeline.errors import EvidenceError


@dataclass
class StageAlone:
    """A stage that runs in this very process.

    Attributes:
        execution: The execution.
        pipeline: The pipeline that it is a stage of.
        stage: The stage.
        keep: Whether its environment serves beyond it.
        promoter: Holds its environment; None before `begin` and without a service.
        counted: What its router had counted before the first test; None without an environment.
        itself: Whether its load is compared side by side with that of the same release.
        beside: What it is compared with; None where nothing is.
    """

    execution: Execution
    pipeline: Pipeline
    stage: Stage
    keep: bool = False
    promoter: Promoter | None = None
    counted: RouterReading | None = None
    itself: bool = False
    beside: Beside | None = None

    @property
    def site(self) -> Site | None:
        """Its environment; None for none."""
        if self.promoter is None or self.stage.environment is None:
            return None
        return self.promoter.sites.get(self.stage.environment)

    def begin(self) -> Handoff | None:
        """Demand evidence of the stages before, build or find the artifact, open the environment.

        Returns:
            What the tests are told; None when the artifact could not be deployed to a kept
            environment: the execution says why, and nothing may be tested.

        Raises:
            EvidenceError: If evidence is missing, stale or invalid.
            PipelineError: If something could not be set up; what was started is stopped.
        """
        self.execution.base, self.execution.service = self.pipeline.base, self.pipeline.name
        built = self._built()
        if built is not None:
            self.promoter = Promoter(self.execution, built, self.keep)
            try:
                self._open(self.promoter)
            except BaseException:
                self.promoter.close()
                raise
            if self.execution.codes:
                self.promoter.close()
                return None
        announce_workers(self.execution, self.stage, self.site)
        try:
            self.beside = launch_beside(self.execution, self.stage, self.site, itself=self.itself)
        except BaseException:
            self.close()
            raise
        self.counted = read_router(self.site)
        self.execution.tools.progress.idle()
        return handoff_for(self.execution, self.stage, self.site, self.beside)

    def end(self, run: StageRun, shard: ShardEnd | None = None) -> StageResult:
        """Judge, write evidence, and stop what was started.

        Args:
            run: What running the tests brought to light.
            shard: The part of the stage that they were; None for all of it.
        """
        try:
            ended_s = self.execution.tools.clock.now() - self.execution.started_s
            name = f"{self.stage.name} {shard.shard}" if shard else self.stage.name
            self.execution.time_line.append(
                Span(SpanKind.STAGE, name, ended_s - run.duration_s, ended_s)
            )
            self.execution.time.add("load", run.load_s)
            self.execution.time.add("tests", run.duration_s - run.load_s)
            run = with_beside(with_router_figures(run, self.counted, self.site), self.beside)
            damage = self.promoter.damage(self.stage.environment) if self.promoter else ""
            end_beside(self.site)
            if shard is not None:
                run = doubted(self.execution, run, self.site, damage)
                return conclude_shard(self.execution, self.stage, run, self.site, shard)
            return conclude_stage(self.execution, self.stage, run, self.site, damage=damage)
        finally:
            self.close()

    def close(self) -> None:
        """Stop what was started; nothing when nothing was."""
        try:
            end_beside(self.site)
        finally:
            if self.promoter is not None:
                self.promoter.close()

    def _built(self) -> Built | None:
        service, revision = self.pipeline.service, self.execution.revision
        assert revision is not None  # noqa: S101 - read before anything is asked of it
        tools = self.execution.tools
        before = self.pipeline.stages[: self.pipeline.stages.index(self.stage)]
        if self.execution.kind == TO_COMPARE:  # promotes nothing
            before = ()
        known = find_built(tools, service, revision.tree) if service else None
        demand_evidence(
            self.execution,
            before,
            known,
            wanted_by=f"stage {self.stage.name}",
            max_age_s=self.pipeline.evidence_max_age_s,
        )
        if service is None:
            return None
        with (
            self.execution.spending("build"),
            self.execution.under_way(SpanKind.BUILD, self.pipeline.name),
        ):
            built = build_all(tools, service, tools.workspace.root, revision)
        self.execution.artifact = built.artifact
        return built

    def _open(self, promoter: Promoter) -> None:
        """Start the artifact in the environment, without a deployment: nothing served before."""
        if self.stage.environment is None:
            return
        environment = self.pipeline.environment(self.stage.environment)
        with (
            self.execution.spending("deploy"),
            self.execution.under_way(SpanKind.ENVIRONMENT, environment.name),
        ):
            tools = self.execution.tools
            tools.progress.section(f"environment {environment.name}")
            site = promoter.open(environment)
            if site.stable is not None and site.stable.artifact == promoter.built.artifact:
                return
            if site.stable is not None:
                self._promote(promoter, environment)
                return
            serve(site, self._release(environment), install(tools, promoter.built.artifact))

    def _promote(self, promoter: Promoter, environment: Environment) -> None:
        """Deploy to an environment that is kept and serves another artifact.

        Raises:
            EvidenceError: If that is refused: by the gate before promotions, or because the key of
                a session that runs tests signs no promotion.
        """
        tools, name = self.execution.tools, environment.name
        if tools.trust.signers and tools.signer is not None:
            raise EvidenceError(
                f"{name} serves another artifact, and a stage on its own signs no promotion: run "
                f"pytest-pipeline deploy {name} first"
            )
        gate = PromotionDemand(self.execution, self.pipeline, name, by_command=False)
        # Rehearsing is for deploying to production.
        promoter.promote(environment, rehearses=False, gate=gate)

    def _release(self, environment: Environment) -> Release:
        """Return what serves during the stage: a release in the ledger only if it is kept."""
        assert self.promoter is not None  # noqa: S101 - the caller opens its site
        built, ledger = self.promoter.built, self.execution.tools.ledger
        configuration = configuration_of(built.service.run, environment.variables)
        if self.keep:
            return ledger.register_release(
                environment.name, artifact=built.artifact, configuration=configuration
            )
        promoted = ledger.promoted(environment.name)
        return Release((promoted.number if promoted else 0) + 1, built.artifact, configuration)
