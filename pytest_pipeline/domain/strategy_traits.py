"""What follows from a strategy's plan: capacity, mixed releases, the way back."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.fleet_expectations import capacities
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import Launch, Shift
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.domain.ways_back import held_at_last_moment


@dataclass(frozen=True)
class StrategyTraits:
    """What is known of a strategy with its default options, without running it.

    Attributes:
        extra_instances: Most instances beside those that serve; count, >= 0.
        least_serving: Fewest instances that get traffic at any time; count, >= 0.
        mixes: Whether clients are answered by both releases for a while.
        keeps_old_set: Whether the old set is whole until the candidate has all traffic.
        takes_over_places: Whether a new instance starts where an old one has stopped.
    """

    extra_instances: int
    least_serving: int
    mixes: bool
    keeps_old_set: bool
    takes_over_places: bool


def traits_of(strategy: str, replicas: int) -> StrategyTraits:
    """Return what follows from a strategy's plan over a number of instances.

    Raises:
        ConfigError: If there is no such strategy.
    """
    stable, candidate = (
        Fleet(number, tuple(f"r{number}-{index}" for index in range(replicas))) for number in (1, 2)
    )
    plan = plan_deployment(strategy, {}, stable, candidate)
    after = list(capacities(plan, stable))
    return StrategyTraits(
        extra_instances=max(each.running for each in after) - replicas,
        least_serving=min(each.serving for each in after),
        mixes=any(_mixes(step) for step in plan.steps if isinstance(step, Shift)),
        keeps_old_set=held_at_last_moment(plan, stable) is not None,
        takes_over_places=any(isinstance(s, Launch) and s.replaces for s in plan.steps),
    )


def _mixes(shift: Shift) -> bool:
    return bool(shift.stable and shift.candidate) and 0 < shift.candidate_percent < 100  # noqa: PLR2004 - percent
