"""What a deployment by command would do, without touching anything."""

from __future__ import annotations

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.overlap_checks import with_overlap_check
from pytest_pipeline.domain.plans import without_migration
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.engine.known_releases import KnownReleases
from pytest_pipeline.engine.planning import PlannedDeployment, planned_rehearsal
from pytest_pipeline.engine.rollback_target import serving_release
from pytest_pipeline.engine.toolbox import Toolbox


def preview_plan(
    environment: Environment,
    stable: Release | None,
    candidate: int,
    *,
    strategy: str | None = None,
    migrates: bool = True,
) -> PlannedDeployment:
    """Return the plan of the deployment of one release.

    Args:
        environment: Where.
        stable: What serves now; None for nothing.
        candidate: Number of the release that would be deployed.
        strategy: Name of the strategy; None for the configured one.
        migrates: Whether it comes for the first time, see `deploying.plan_for`.

    Raises:
        PlanError: If the strategy's options do not fit.
    """
    chosen = strategy or environment.strategy
    replicas = environment.replicas
    before = Fleet(stable.number, stable.instances(replicas)) if stable else None
    after = Fleet(candidate, tuple(f"r{candidate}-{index}" for index in range(replicas)))
    plan = plan_deployment(
        chosen,
        environment.options if chosen == environment.strategy else {},
        before,
        after,
        minimum_healthy=environment.minimum_healthy,
    )
    if not migrates:
        return PlannedDeployment(environment.name, without_migration(plan), before)
    if environment.mixed_versions is not None:
        plan = with_overlap_check(plan, environment.mixed_versions, before, after)
    rehearsal = planned_rehearsal(environment, stable, candidate, chosen)
    return PlannedDeployment(environment.name, plan, before, rehearsal=rehearsal)


def preview_next(
    tools: Toolbox, environment: Environment, strategy: str | None
) -> PlannedDeployment:
    """Return the plan of the deployment of a new release.

    Raises:
        PlanError: If the strategy's options do not fit.
    """
    stable = serving_release(tools, environment.name)
    number = stable.number + 1 if stable else 1
    known = KnownReleases(tools, environment.name)
    while known.release(number) is not None:
        number += 1
    return preview_plan(environment, stable, number, strategy=strategy)
