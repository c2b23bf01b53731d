"""Walks a pipeline: stages, gates and promotions, until the end or the first refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.pipelines import Pipeline, Promote, Run, walk
from pytest_pipeline.domain.strategies import strategy_named
from pytest_pipeline.domain.time_lines import SpanKind
from pytest_pipeline.engine.building import build_all
from pytest_pipeline.engine.evidence_gate import demand_evidence
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.promoting import Promoter
from pytest_pipeline.engine.promotion_demands import PromotionDemand
from pytest_pipeline.engine.stage_execution import run_stage
from pytest_pipeline.engine.stage_runner import StageRunner
from pytest_pipeline.errors import ConfigError


@dataclass(frozen=True)
class RunOptions:
    """What a whole run is asked for.

    Attributes:
        through: Stage or environment after which to stop; None for the end.
        start: Stage to start with; the ones before it must have evidence; None for the first.
        keep: Whether environments serve beyond the run.
        strategies: Environment to the strategy that overrides the configured one.
    """

    through: str | None = None
    start: str | None = None
    keep: bool = False
    strategies: Mapping[str, str] = field(default_factory=dict)


def run_pipeline(
    execution: Execution, pipeline: Pipeline, runner: StageRunner, options: RunOptions
) -> None:
    """Run a pipeline; what it comes to is in the execution, whose revision is known.

    Everything that was started is stopped at the end, kept environments excepted.

    Raises:
        ConfigError: If the options do not fit the pipeline.
    """
    steps = chosen_steps(pipeline, options)
    execution.base, execution.service = pipeline.base, pipeline.name
    with execution.containing():
        run = _Run(execution, pipeline, runner, _build(execution, pipeline, options))
        try:
            if options.start is not None:
                _demand(execution, pipeline, options.start)
            run.walk(steps)
        finally:
            if run.promoter is not None:
                run.promoter.close()


def chosen_steps(pipeline: Pipeline, options: RunOptions) -> tuple[Promote | Run, ...]:
    """Return what a run does, in order.

    Raises:
        ConfigError: If an option names a stage or an environment that does not exist.
    """
    steps = list(walk(pipeline))
    for environment, strategy in options.strategies.items():
        pipeline.environment(environment)
        strategy_named(strategy)
    if options.through is not None:
        steps = steps[: _last(pipeline, steps, options.through) + 1]
    if options.start is not None:
        needed = pipeline.stage(options.start).environment
        if Run(options.start) not in steps:
            raise ConfigError(
                f"stage {options.start!r} comes after {options.through!r}: nothing would run"
            )
        first = steps.index(Run(options.start))
        opening = [step for step in steps[:first] if step == Promote(needed or "")]
        steps = [*opening, *steps[first:]]
    return tuple(steps)


def _last(pipeline: Pipeline, steps: list[Promote | Run], name: str) -> int:
    """Return the number of the step that is a stage, or a promotion, of this name."""
    wanted = Promote(name) if name in {each.name for each in pipeline.environments} else Run(name)
    if any(each.name == name for each in pipeline.stages):
        wanted = Run(name)
    if wanted not in steps:
        known = [step.stage if isinstance(step, Run) else step.environment for step in steps]
        raise ConfigError(f"no stage or environment {name!r}; known, in order: {', '.join(known)}")
    return steps.index(wanted)


def _build(execution: Execution, pipeline: Pipeline, options: RunOptions) -> Promoter | None:
    """Build the artifact; None for a pipeline that only tests."""
    if pipeline.service is None or execution.revision is None:
        return None
    tools = execution.tools
    tools.progress.section(f"build {pipeline.service.name}")
    with execution.spending("build"), execution.under_way(SpanKind.BUILD, pipeline.name):
        built = build_all(tools, pipeline.service, tools.workspace.root, execution.revision)
    execution.artifact = built.artifact
    return Promoter(execution, built, options.keep, dict(options.strategies))


def _demand(execution: Execution, pipeline: Pipeline, start: str) -> None:
    before = pipeline.stages[: pipeline.stages.index(pipeline.stage(start))]
    demand_evidence(
        execution,
        before,
        execution.artifact,
        wanted_by=f"stage {start}",
        max_age_s=pipeline.evidence_max_age_s,
    )


@dataclass(frozen=True)
class _Run:
    """A run under way."""

    execution: Execution
    pipeline: Pipeline
    runner: StageRunner
    promoter: Promoter | None

    def walk(self, steps: tuple[Promote | Run, ...]) -> None:
        """Take the steps until the end or the first refusal."""
        for number, step in enumerate(steps):
            with self.execution.containing():
                if isinstance(step, Run):
                    stage = self.pipeline.stage(step.stage)
                    run_stage(self.execution, stage, self.runner, self.promoter)
                elif self.promoter is not None:
                    self._promote(self.promoter, step.environment)
            self.execution.save(finished=False)
            if self.execution.codes:
                return
            self._release_unneeded(steps[number + 1 :])
        self._remark_unused()
        self._release()

    def _promote(self, promoter: Promoter, name: str) -> None:
        environment = self.pipeline.environment(name)
        self.execution.tools.progress.section(f"promote to {name}")
        with self.execution.under_way(SpanKind.DEPLOYMENT, name):
            gate = PromotionDemand(self.execution, self.pipeline, name, by_command=False)
            promoter.promote(environment, gate=gate)

    def _remark_unused(self) -> None:
        """Say which entries of the quarantine name no test, when every stage was run."""
        stages = self.execution.stages
        quarantine = self.pipeline.quarantine
        if quarantine is None or len(stages) < len(self.pipeline.stages):
            return
        known = frozenset(each.nodeid for stage in stages for each in stage.run.tally.records)
        self.execution.remarks += [
            f"{entry.place}: {entry.pattern!r} names no test: take the entry out, or correct it"
            for entry in quarantine.unused(known)
        ]

    def _release(self) -> None:
        """Say what was released, when all is done and nothing was refused."""
        last = self.pipeline.environments[-1].name if self.pipeline.environments else None
        for record in self.execution.deployments:
            if record.environment == last and not self.execution.codes:
                self.execution.released = {
                    "environment": record.environment,
                    "release": record.candidate,
                    "artifact": record.artifact,
                }

    def _release_unneeded(self, ahead: tuple[Promote | Run, ...]) -> None:
        """Close the environments that no later step uses, so that they do not disturb it."""
        if self.promoter is None:
            return
        needed = {
            step.environment
            if isinstance(step, Promote)
            else self.pipeline.stage(step.stage).environment
            for step in ahead
        }
        for environment in [each for each in self.promoter.sites if each not in needed]:
            self.promoter.release_site(environment)
