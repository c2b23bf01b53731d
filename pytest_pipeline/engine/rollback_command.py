"""A rollback by command: a first-class deployment of an earlier release."""

from __future__ import annotations

from dataclasses import dataclass, field

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import stages_before
from pytest_pipeline.domain.services import Service
from pytest_pipeline.engine.building import Built, build_peers, install
from pytest_pipeline.engine.deploying import deploy
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.forcing import Force
from pytest_pipeline.engine.kept_sites import catch_up, find_site
from pytest_pipeline.engine.mending import mend_stable
from pytest_pipeline.engine.outcomes import leave, settle
from pytest_pipeline.engine.promoting import Promoter
from pytest_pipeline.engine.promotion_chain import (
    demand_chain,
    demand_in_chain,
    take_over_missed,
)
from pytest_pipeline.engine.rollback_draft import rollback_draft
from pytest_pipeline.engine.rollback_target import (
    RollbackTarget,
    choose_target,
    demand_promoted,
    demand_reversible,
)
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.taking import take_environment
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.engine.under_way import EXECUTION, under_way
from pytest_pipeline.errors import ConfigError, EvidenceError, PipelineError, StateError


@dataclass(frozen=True)
class RollbackOptions:
    """What is asked of a rollback.

    Attributes:
        to: Name of the release; None for the last good one.
        strategy: Name of the strategy; None for the configured one.
        force: What may be overruled, and notes that it was.
    """

    to: str | None = None
    strategy: str | None = None
    force: Force = field(default_factory=Force)


def demand_target(
    tools: Toolbox, pipeline: Pipeline, name: str, *, to: str | None, force: Force
) -> RollbackTarget:
    """Return what a rollback is to do, when nothing speaks against it.

    Args:
        tools: The engine's ports.
        pipeline: The pipeline.
        name: Name of the environment.
        to: Name of the release; None for the last good one.
        force: What may be overruled, and notes that it was.

    Raises:
        ConfigError: If there is no such environment or release, or it serves already.
        ArtifactError: If its artifact is gone, or was altered.
        EvidenceError: If it was never promoted, or evidence speaks against it.
        StateError: If a deployment is not finished, or a later release's migration cannot be
            undone.
    """
    pipeline.environment(name)
    unfinished = under_way(tools, name)
    if unfinished is not None:
        raise StateError(
            f"a deployment to {name} is not finished: {unfinished}; pytest-pipeline abort {name} "
            f"goes back from it, pytest-pipeline resume {name} goes on with it"
        )
    target = choose_target(tools, name, to)
    with force.overruling(EvidenceError, tools.progress):
        demand_promoted(tools, target, stages_before(pipeline, name))
    with force.overruling(StateError, tools.progress):
        demand_reversible(tools, target)
    return target


def rollback_environment(
    execution: Execution,
    pipeline: Pipeline,
    name: str,
    asked: RollbackOptions,
) -> None:
    """Deploy an earlier release to an environment, which goes on serving.

    A kept environment is taken as it stands, whatever the configuration says of resources now.
    Where none is kept it is opened first, with the release that was promoted last.

    Args:
        execution: The execution.
        pipeline: The pipeline.
        name: Name of the environment.
        asked: What is asked of it.

    Raises:
        ConfigError: If there is nothing to deploy; also as `demand_target`.
        PipelineError: If the deployment could not be tried.
    """
    if pipeline.service is None:
        raise ConfigError("nothing to deploy: the configuration has no build and run")
    environment, tools = pipeline.environment(name), execution.tools
    take_environment(tools, environment, by=f"{EXECUTION}{execution.id}")
    try:
        catch_up(tools, name)
        with asked.force.overruling(EvidenceError, tools.progress):
            demand_chain(tools, name, pipeline.name)
        take_over_missed(tools, name)
        target = demand_target(tools, pipeline, name, to=asked.to, force=asked.force)
        with asked.force.overruling(EvidenceError, tools.progress):
            demand_in_chain(tools, name, target.release)
        tools.progress.line(str(target))
        execution.artifact = target.release.artifact
        with execution.spending("deploy"):
            installed = install(tools, target.release.artifact)
            site = _adopted(tools, environment)
            if site is None:
                site = _opened(execution, environment, pipeline.service, target)
            site.admit(target.release, installed)
            forced = asked.force.reason if asked.force.overruled else ""
            site.draft = rollback_draft(tools, pipeline, name, target.release, forced=forced)
            record = deploy(
                site,
                target.release,
                strategy=asked.strategy or environment.strategy,
                deployment=f"{execution.id}-{name}",
                # It ran when the release was deployed first; tools for migrations refuse to run
                # an old one over a newer schema.
                migrates=site.stable is None,
            )
            settle(execution, site, record)
            leave(execution, site)
    finally:
        tools.records.yield_up(name)


def _adopted(tools: Toolbox, environment: Environment) -> Site | None:
    """Return the kept site with stable at full strength; None when nothing serves there."""
    site = find_site(tools, environment)
    if site is None or site.stable is None:
        return None
    site.demand_resources()
    try:
        site.admit(site.stable, install(tools, site.stable.artifact))
    except PipelineError as error:  # it serves; only an instance that died cannot come back
        tools.progress.line(f"{environment.name}: {error}")
    mend_stable(site)
    return site


def _opened(
    execution: Execution, environment: Environment, service: Service, target: RollbackTarget
) -> Site:
    """Open an environment that is not kept, with the release that was promoted last."""
    tools = execution.tools
    promoter = Promoter(
        execution,
        Built(service, target.release.artifact, build_peers(tools, service, tools.workspace.root)),
        keep=True,
        held=frozenset({environment.name}),
    )
    site = promoter.open(environment)
    try:
        promoter.start_stable(site)
    except BaseException:
        promoter.close()
        raise
    return site
