"""The environment of a drill: the real one's definition, with the waits of strategies shortened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.services import RunSpec
from pytest_pipeline.domain.strategies import OPTIONS
from pytest_pipeline.domain.strategies.canary import CanaryStep


@dataclass(frozen=True)
class Shortened:
    """Longest waits of a drill, seconds.

    Attributes:
        watch_s: Of bakes, monitoring and steps: under alarms.
        ready_s: Until an instance is ready.
        progress_s: Between two steps of a rollout.
    """

    watch_s: float = 3.0
    ready_s: float = 15.0
    progress_s: float = 30.0


#: Never waited for in a drill, or run: they could touch what is real.
_LEFT_OUT = ("scale_down_delay_s", "smoke_tests", "hooks")
_WATCHES = ("bake_s", "monitor_s", "step_s", "min_ready_s")


def drilled(
    environment: Environment, strategy: str, *, replicas: int, waits: Shortened
) -> Environment:
    """Return an environment's definition for a drill of a strategy.

    Args:
        environment: The real one.
        strategy: Name of the strategy that is drilled.
        replicas: Instances wanted; count, >= 1.
        waits: Longest waits.
    """
    configured = environment.options if strategy == environment.strategy else {}
    return replace(
        environment,
        replicas=replicas,
        strategy=strategy,
        options=_shortened(strategy, configured, waits),
        minimum_healthy=None,
        progress_deadline_s=min(environment.progress_deadline_s, waits.progress_s),
        rehearsal=None,
        mixed_versions=None,
    )


def drilled_run(run: RunSpec, waits: Shortened) -> RunSpec:
    """Return how instances are run in a drill."""
    return replace(run, deploy_timeout_s=min(run.deploy_timeout_s, waits.ready_s))


def _shortened(
    strategy: str, configured: Mapping[str, object], waits: Shortened
) -> dict[str, object]:
    known = {each.name: each.default for each in fields(OPTIONS[strategy])}
    options = {name: value for name, value in configured.items() if name not in _LEFT_OUT}
    for name in _WATCHES:
        value = options.get(name, known.get(name))
        if isinstance(value, int | float):
            options[name] = min(float(value), waits.watch_s)
    if "steps" in known:
        options["steps"] = _steps(options.get("steps", known["steps"]), waits)
    return options


def _steps(steps: object, waits: Shortened) -> list[dict[str, object]]:
    """Return a canary's steps; one that waits for a person waits for the longest time instead."""
    assert isinstance(steps, list | tuple)  # noqa: S101 - the configuration was checked
    read = [each if isinstance(each, CanaryStep) else CanaryStep(**each) for each in steps]
    return [
        {
            "weight": each.weight,
            "pause_s": waits.watch_s if each.pause else min(each.pause_s, waits.watch_s),
        }
        for each in read
    ]
