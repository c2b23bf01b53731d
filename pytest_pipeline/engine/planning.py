"""The plans of a whole run, without touching anything."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.overlap_checks import with_overlap_check
from pytest_pipeline.domain.pipelines import Pipeline, Promote
from pytest_pipeline.domain.plans import Plan
from pytest_pipeline.domain.rehearsals import intended
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.domain.textbook import cautions
from pytest_pipeline.engine.ledger import Ledger
from pytest_pipeline.engine.pipeline_run import RunOptions, chosen_steps


@dataclass(frozen=True)
class PlannedDeployment:
    """A deployment that would be made.

    Attributes:
        environment: Name of the environment.
        plan: Its plan.
        stable: What serves there; None for a first deployment.
        cautions: What the textbooks would not do, for people.
        rehearsal: How it would be rehearsed, for people; empty where it would not be.
    """

    environment: str
    plan: Plan
    stable: Fleet | None
    cautions: tuple[str, ...] = ()
    rehearsal: str = ""


def planned(
    pipeline: Pipeline, options: RunOptions, ledger: Ledger | None
) -> tuple[PlannedDeployment, ...]:
    """Return the plan of each deployment that a run would make, in order.

    Args:
        pipeline: The pipeline.
        options: What the run would be asked for.
        ledger: Knows the promoted releases; None where nothing ever ran.

    Raises:
        ConfigError: If an option does not fit the pipeline.
        PlanError: If a strategy's options are out of range.
    """
    warned = tuple(cautions(pipeline, options.strategies))
    plans = []
    for step in chosen_steps(pipeline, options):
        if not isinstance(step, Promote):
            continue
        environment = pipeline.environment(step.environment)
        promoted = ledger.promoted(environment.name) if ledger else None
        strategy = options.strategies.get(environment.name, environment.strategy)
        told = tuple(text for name, text in warned if name == environment.name)
        told += _unrehearsable(pipeline, environment, promoted)
        plans.append(plan_for(environment, strategy, promoted, told))
    return tuple(plans)


def _unrehearsable(
    pipeline: Pipeline, environment: Environment, promoted: Release | None
) -> tuple[str, ...]:
    """Return why the promotion would be refused for want of a rehearsal; nothing if it is not."""
    irreversible = pipeline.service is not None and pipeline.service.run.irreversible
    if environment.rehearsal is None or promoted is None or not irreversible:
        return ()
    return ("it will be refused: an irreversible migration (run.irreversible) cannot be rehearsed",)


def plan_for(
    environment: Environment, strategy: str, promoted: Release | None, told: tuple[str, ...] = ()
) -> PlannedDeployment:
    """Return the plan of the next deployment to an environment.

    Args:
        environment: Where.
        strategy: Name of the strategy; the configured options belong to the configured one.
        promoted: The release that serves there; None for a first deployment.
        told: What the textbooks would not do, for people.

    Raises:
        PlanError: If the strategy's options are out of range.
    """
    stable = Fleet(promoted.number, promoted.instances(environment.replicas)) if promoted else None
    number = promoted.number + 1 if promoted else 1
    candidate = Fleet(number, tuple(f"r{number}-{i}" for i in range(environment.replicas)))
    plan = plan_deployment(
        strategy,
        environment.options if strategy == environment.strategy else {},
        stable,
        candidate,
        minimum_healthy=environment.minimum_healthy,
    )
    if environment.mixed_versions is not None:
        plan = with_overlap_check(plan, environment.mixed_versions, stable, candidate)
    rehearsal = planned_rehearsal(environment, promoted, number, strategy)
    return PlannedDeployment(environment.name, plan, stable, told, rehearsal)


def planned_rehearsal(
    environment: Environment, stable: Release | None, candidate: int, strategy: str
) -> str:
    """Return how a promotion would be rehearsed, in words; empty where it would not be.

    Args:
        environment: Where.
        stable: What serves there; None for nothing.
        candidate: Number of the release that would be deployed.
        strategy: Name of the strategy.
    """
    if environment.rehearsal is None:
        return ""
    name = stable.name if stable else None
    return intended(name, f"r{candidate}", strategy, environment.rehearsal)
