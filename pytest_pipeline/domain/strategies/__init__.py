"""Deployment strategies: functions from options to a plan, one file each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import Plan
from pytest_pipeline.domain.strategies.blue_green import BlueGreenOptions, plan_blue_green
from pytest_pipeline.domain.strategies.canary import CanaryOptions, plan_canary
from pytest_pipeline.domain.strategies.immutable import ImmutableOptions, plan_immutable
from pytest_pipeline.domain.strategies.in_place import InPlaceOptions, plan_in_place
from pytest_pipeline.domain.strategies.reading import read_options
from pytest_pipeline.domain.strategies.rolling import RollingOptions, plan_rolling
from pytest_pipeline.errors import ConfigError, PlanError


@dataclass(frozen=True)
class Strategy:
    """A strategy that configurations may name.

    Attributes:
        options: Frozen dataclass of its options; every field has a default.
        plan: The function from its options, stable (None at first) and candidate to a plan.
        keeps_more: How its options keep more instances healthy, for people; empty where it keeps
            all of them anyway.
    """

    options: type
    plan: Callable[[Any, Fleet | None, Fleet], Plan]
    keeps_more: str = ""


STRATEGIES: Mapping[str, Strategy] = {
    "in-place": Strategy(InPlaceOptions, plan_in_place, "lower max_unavailable"),
    "rolling": Strategy(
        RollingOptions, plan_rolling, "lower max_unavailable, or take order 'start-first'"
    ),
    "immutable": Strategy(ImmutableOptions, plan_immutable),
    "blue-green": Strategy(BlueGreenOptions, plan_blue_green),
    "canary": Strategy(CanaryOptions, plan_canary),
}

#: Options of each strategy, for whoever checks a configuration.
OPTIONS: Mapping[str, type] = {name: each.options for name, each in STRATEGIES.items()}


def strategy_named(name: str) -> Strategy:
    """Return a strategy by name.

    Raises:
        ConfigError: If there is none of that name.
    """
    if name not in STRATEGIES:
        raise ConfigError(f"no strategy {name!r}; available: {', '.join(STRATEGIES)}")
    return STRATEGIES[name]


def plan_deployment(
    name: str,
    options: Mapping[str, object],
    stable: Fleet | None,
    candidate: Fleet,
    *,
    minimum_healthy: int | None = None,
) -> Plan:
    """Plan a deployment by a strategy's name and its options as configured.

    Args:
        name: Name of the strategy.
        options: Option to value.
        stable: What serves now; None for a first deployment.
        candidate: What is to serve.
        minimum_healthy: Healthy instances that have to serve at any time; count, >= 0. Fleets that
            are smaller by themselves are held to their own size. None for what the strategy
            keeps.

    Raises:
        ConfigError: If the strategy or an option is unknown.
        PlanError: If an option is out of range, or fewer instances would stay healthy than have to.
    """
    strategy = strategy_named(name)
    chosen: object = read_options(strategy.options, options, of=f"options of strategy {name!r}")
    plan = strategy.plan(chosen, stable, candidate)
    if minimum_healthy is None or stable is None:
        return plan
    floor = min(minimum_healthy, len(stable.instances), len(candidate.instances))
    if plan.minimum_healthy < floor:
        ways = strategy.keeps_more or "change its options"
        raise PlanError(
            f"minimum_healthy is {floor}, but strategy {name!r} keeps {plan.minimum_healthy} of "
            f"{len(stable.instances)} instances healthy; {ways}, or take a strategy that starts "
            "new instances first"
        )
    return replace(plan, minimum_healthy=floor)
