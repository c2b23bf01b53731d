"""Deployment strategies: functions from options to a plan, one file each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import Plan
from pytest_pipeline.domain.strategies.blue_green import BlueGreenOptions, plan_blue_green
from pytest_pipeline.domain.strategies.in_place import InPlaceOptions, plan_in_place
from pytest_pipeline.domain.strategies.rolling import RollingOptions, plan_rolling
from pytest_pipeline.errors import ConfigError


@dataclass(frozen=True)
class Strategy:
    """A strategy that configurations may name.

    Attributes:
        options: Frozen dataclass of its options; every field has a default.
        plan: The function from its options, stable (None at first) and candidate to a plan.
    """

    options: type
    plan: Callable[[Any, Fleet | None, Fleet], Plan]


STRATEGIES: Mapping[str, Strategy] = {
    "in-place": Strategy(InPlaceOptions, plan_in_place),
    "rolling": Strategy(RollingOptions, plan_rolling),
    "blue-green": Strategy(BlueGreenOptions, plan_blue_green),
}

#: Options of each strategy, for whoever checks a configuration.
OPTIONS: Mapping[str, type] = {name: each.options for name, each in STRATEGIES.items()}

#: Names that the field knows and a later release of this package will.
NOT_YET = ("immutable", "canary")


def strategy_named(name: str) -> Strategy:
    """Return a strategy by name.

    Raises:
        ConfigError: If there is none of that name, or it is not available yet.
    """
    if name in NOT_YET:
        raise ConfigError(
            f"strategy {name!r} is not available yet; available: {', '.join(STRATEGIES)}"
        )
    if name not in STRATEGIES:
        raise ConfigError(f"no strategy {name!r}; available: {', '.join(STRATEGIES)}")
    return STRATEGIES[name]


def plan_deployment(
    name: str, options: Mapping[str, object], stable: Fleet | None, candidate: Fleet
) -> Plan:
    """Plan a deployment by a strategy's name and its options as configured.

    Raises:
        ConfigError: If the strategy or an option is unknown.
        PlanError: If an option is out of range.
    """
    strategy = strategy_named(name)
    try:
        chosen = strategy.options(**options)
    except TypeError as error:
        raise ConfigError(f"options of strategy {name!r}: {error}") from error
    return strategy.plan(chosen, stable, candidate)
