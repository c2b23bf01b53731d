"""Plans the jobs of a CI system from a pipeline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.ci_plans import CiJob, CiOptions, CiPlan, JobKind
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.pipelines import Pipeline, Promote, Run, walk
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.errors import ConfigError

#: GitLab's limit; GitHub has 256.
MOST_SHARDS = 200

#: Minutes for what is beside the work itself: checking out, installing, building, handing over.
SETUP_MINUTES = 15

#: What a merge base may take beside its stage, minutes (`gates baseline`).
_BASELINE_MINUTES = 15

#: Measures of the lines that a change changed: git says which these are.
_OF_CHANGES = "coverage.changed"

#: Names that no job may have: words of GitLab's own and of YAML.
_RESERVED = frozenset(
    {
        *("after_script", "before_script", "cache", "default", "image", "include", "pages"),
        *("services", "spec", "stages", "types", "variables", "workflow"),
        *("false", "n", "nil", "no", "null", "off", "on", "true", "y", "yes"),
    }
)


def plan_ci(pipeline: Pipeline, options: CiOptions, *, folder: str = "") -> CiPlan:
    """Plan a job for each stage, in order, and for each environment that is deployed to.

    The first stage builds what its successors get. Where several jobs share the first stage, a
    job of its own builds for all of them: two builds need not be the same bytes. Where nothing is
    built, a job of its own fetches the durations that all of them are cut by.

    Args:
        pipeline: The pipeline; has stages.
        options: What is asked.
        folder: The service root below the top of its repository; empty for the top itself.

    Raises:
        ConfigError: If there is no stage, or the options name what the pipeline does not have.
    """
    if not pipeline.stages:
        raise ConfigError(
            "no stage: none is configured, and no test lies in a folder named for a layer; name "
            "the stages, [tool.pytest_pipeline.stages.unit] say"
        )
    _check_shards(pipeline, options)
    deployed = _deployed(pipeline, options)
    jobs = _Jobs(frozenset(each.name for each in deployed))
    if pipeline.stages[0].name in options.shards:
        jobs.add_before_shards(pipeline)
    for stage in pipeline.stages:
        jobs.add_stage(stage, options.shards.get(stage.name, 1))
    for environment in deployed:
        jobs.add_deployment(environment, _stages_before(pipeline, environment.name))
    return CiPlan(pipeline.name, folder, options, tuple(jobs.planned))


def deployed_by_default(pipeline: Pipeline) -> tuple[str, ...]:
    """Return the last environment; none when a stage uses it, or there is nothing to deploy."""
    used = {each.environment for each in pipeline.stages}
    last = pipeline.environments[-1:] if pipeline.service is not None else ()
    return tuple(each.name for each in last if each.name not in used)


class _Jobs:
    """The jobs planned so far.

    Args:
        deployed: Names of the environments that are deployed to.
    """

    def __init__(self, deployed: frozenset[str]) -> None:
        self.deployed = deployed
        self.planned: list[CiJob] = []
        self.of_stage: dict[str, str] = {}

    def add(self, name: str, job: CiJob) -> str:
        """Plan a job and return its id: the name, changed where it cannot be had."""
        found = f"{job.kind}-{name}" if name in _RESERVED else name
        while any(each.id == found for each in self.planned):
            found += "-job"
        self.planned.append(replace(job, id=found))
        return found

    def add_before_shards(self, pipeline: Pipeline) -> None:
        """Plan what jobs that share the first stage have to have in common."""
        if pipeline.service is not None:
            self.add("build", CiJob("", JobKind.BUILD, "", (), 2 * SETUP_MINUTES))
            return
        first = pipeline.stages[0].name
        self.add("durations", CiJob("", JobKind.DURATIONS, first, (), SETUP_MINUTES))

    def add_stage(self, stage: Stage, shards: int) -> None:
        """Plan what runs a stage after all that is planned."""
        whole = CiJob(
            "",
            JobKind.STAGE,
            stage.name,
            tuple(each.id for each in self.planned[-1:]),
            SETUP_MINUTES + _minutes(stage.timeout_s),
            measures_baseline=BaselineKind.MERGE_BASE in stage.gate.baselines,
            wants_history=_asks_git(stage),
            compares_with=self._compared(stage),
        )
        if whole.measures_baseline:
            measuring = _BASELINE_MINUTES + _minutes(stage.timeout_s)
            whole = replace(whole, timeout_minutes=whole.timeout_minutes + measuring)
        if shards > 1:
            part = replace(
                whole,
                kind=JobKind.SHARDS,
                timeout_minutes=SETUP_MINUTES + _minutes(stage.timeout_s),
                shards=shards,
                measures_baseline=False,
                compares_with="",
            )
            # the gate is the job that joins: it has the stage's name
            shared = self.add(f"{stage.name}-shard", part)
            whole = replace(whole, kind=JobKind.JOIN, needs=(shared,), shards=shards)
            if not whole.measures_baseline:
                whole = replace(whole, timeout_minutes=SETUP_MINUTES)
        self.of_stage[stage.name] = self.add(stage.name, whole)

    def _compared(self, stage: Stage) -> str:
        """Return the environment that a stage compares with, if somebody deploys there."""
        name = stage.environment or ""
        stable = BaselineKind.STABLE in stage.gate.baselines
        return name if stable and name in self.deployed else ""

    def _before(self, environment: str, stages: Sequence[str]) -> list[str]:
        """Return the job that a deployment waits for: the last of those that have to be before it.

        What compares with the release that serves has to be done before that is replaced: else it
        would compare the new one with itself.
        """
        wanted = {self.of_stage[each] for each in stages[-1:]}
        wanted |= {each.id for each in self.planned if each.compares_with == environment}
        return [each.id for each in self.planned if each.id in wanted][-1:]

    def add_deployment(self, environment: Environment, stages: Sequence[str]) -> None:
        """Plan a deployment after the stages before it, and after the deployments before it."""
        before = self._before(environment.name, stages)
        before += [each.id for each in self.planned[-1:] if each.kind is JobKind.DEPLOY]
        minutes = SETUP_MINUTES + _deployment_minutes(environment)
        job = CiJob(
            "", JobKind.DEPLOY, environment.name, tuple(before), minutes, wants_history=True
        )
        self.add(f"deploy-{environment.name}", job)


def _asks_git(stage: Stage) -> bool:
    return BaselineKind.MERGE_BASE in stage.gate.baselines or any(
        each.measure.startswith(_OF_CHANGES) for each in stage.gate.objectives
    )


def _minutes(seconds: float) -> int:
    return math.ceil(seconds / 60)


def _deployment_minutes(environment: Environment) -> int:
    """Return how long a deployment may take there and back, its waits included; minutes."""
    waits_s = sum(
        float(value)
        for name, value in environment.options.items()
        if name.endswith("_s") and isinstance(value, int | float)
    )
    return _minutes(2 * environment.progress_deadline_s + waits_s)


def _deployed(pipeline: Pipeline, options: CiOptions) -> list[Environment]:
    """Return the environments that are deployed to, in the order of promotion."""
    asked = deployed_by_default(pipeline) if options.deploy is None else options.deploy
    found = {name: pipeline.environment(name) for name in asked}
    if found and pipeline.service is None:
        raise ConfigError(
            f"--deploy {', '.join(found)}: nothing to deploy, the configuration has no build and "
            "run; take it out, or configure them"
        )
    return [each for each in pipeline.environments if each.name in found]


def _stages_before(pipeline: Pipeline, environment: str) -> list[str]:
    steps = walk(pipeline)
    before = steps[: steps.index(Promote(environment))]
    return [step.stage for step in before if isinstance(step, Run)]


def _check_shards(pipeline: Pipeline, options: CiOptions) -> None:
    for name, count in options.shards.items():
        pipeline.stage(name)
        if not 2 <= count <= MOST_SHARDS:  # noqa: PLR2004 - one job is no shard
            raise ConfigError(
                f"--shards {name}={count}: wanted 2..{MOST_SHARDS} jobs, or leave it out for one"
            )
