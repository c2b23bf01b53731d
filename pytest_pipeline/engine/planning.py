"""The plans of a whole run, without touching anything."""

from __future__ import annotations

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.pipelines import Pipeline, Promote
from pytest_pipeline.domain.plans import Plan
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.engine.ledger import Ledger
from pytest_pipeline.engine.pipeline_run import RunOptions, chosen_steps


def planned(
    pipeline: Pipeline, options: RunOptions, ledger: Ledger | None
) -> tuple[tuple[str, Plan], ...]:
    """Return the plan of each deployment that a run would make, in order.

    Args:
        pipeline: The pipeline.
        options: What the run would be asked for.
        ledger: Knows the promoted releases; None where nothing ever ran.

    Raises:
        ConfigError: If an option does not fit the pipeline.
        PlanError: If a strategy's options are out of range.
    """
    plans = []
    for step in chosen_steps(pipeline, options):
        if not isinstance(step, Promote):
            continue
        environment = pipeline.environment(step.environment)
        promoted = ledger.promoted(environment.name) if ledger else None
        stable = (
            Fleet(promoted.number, promoted.instances(environment.replicas)) if promoted else None
        )
        number = promoted.number + 1 if promoted else 1
        candidate = Fleet(number, tuple(f"r{number}-{i}" for i in range(environment.replicas)))
        strategy = options.strategies.get(environment.name, environment.strategy)
        chosen = environment.options if strategy == environment.strategy else {}
        plans.append((environment.name, plan_deployment(strategy, chosen, stable, candidate)))
    return tuple(plans)
