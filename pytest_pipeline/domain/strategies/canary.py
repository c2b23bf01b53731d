"""Canary: a growing share of the traffic goes to the candidate, as long as it does well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pytest_pipeline.domain.first_release import plan_first_release
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import (
    AwaitHealthy,
    AwaitPromotion,
    Bake,
    DelayScaleDown,
    Drain,
    Launch,
    Migrate,
    Plan,
    Shift,
    Step,
    Stop,
)
from pytest_pipeline.domain.shares import check_rising
from pytest_pipeline.domain.traffic_rules import read_traffic_rules
from pytest_pipeline.errors import PlanError


@dataclass(frozen=True)
class CanaryStep:
    """A share of the traffic, and what is waited for before the next.

    Attributes:
        weight: Share of the traffic that the candidate gets, percent, 1-99.
        pause_s: How long alarms are watched then, seconds, >= 0.
        pause: `"promotion"` to watch alarms until somebody promotes, in the place of `pause_s`.
    """

    weight: int
    pause_s: float = 0.0
    pause: Literal["promotion"] | None = None


@dataclass(frozen=True)
class CanaryOptions:
    """Options of the canary strategy.

    Attributes:
        steps: Shares of the traffic that the candidate gets one after the other, rising, before it
            gets all.
        testers_header: `name: value` of the requests that the candidate answers whatever its
            weight.
        sticky_by: `header:NAME` or `cookie:NAME`; requests with the same value there are answered
            by the same release.
        min_ready_s: How long new instances must stay ready, seconds, >= 0.
        bake_s: How long alarms are watched when the candidate has all traffic, seconds, >= 0.
        scale_down_delay_s: How long stable is kept after that, seconds, >= 0.
    """

    steps: tuple[CanaryStep, ...] = (CanaryStep(10, 3.0), CanaryStep(50, 3.0))
    testers_header: str = ""
    sticky_by: str = ""
    min_ready_s: float = 0.0
    bake_s: float = 3.0
    scale_down_delay_s: float = 0.0


def plan_canary(options: CanaryOptions, stable: Fleet | None, candidate: Fleet) -> Plan:
    """Plan a canary deployment.

    Step by step the candidate gets a larger share of the traffic, with as many instances as the
    share needs, and is watched: for a time, or until somebody promotes. Stable stays whole until
    the candidate has all traffic. Testers can ask for the candidate by a header; everybody else
    is spread by weight, each request or each client (`sticky_by`).

    Args:
        options: See `CanaryOptions`.
        stable: What serves now; None for a first deployment.
        candidate: What is to serve.

    Raises:
        PlanError: If an option is out of range or not understood.

    Source:
        Argo Rollouts, Canary: ``setWeight``, ``pause``; replicas at a weight are rounded up.
    """
    check_rising([step.weight for step in options.steps], of="steps[{}].weight")
    rules = read_traffic_rules(testers_header=options.testers_header, sticky_by=options.sticky_by)
    pauses = [_pause(index, step) for index, step in enumerate(options.steps)]
    whole = candidate.instances
    if stable is None:
        ready = AwaitHealthy(whole, options.min_ready_s)
        return plan_first_release("canary", candidate, ready=ready, bake_s=options.bake_s)
    steps: list[Step] = [Migrate(candidate.release)]
    serving: tuple[str, ...] = ()
    for step, pause in zip(options.steps, pauses, strict=True):
        canaries = whole[: _instances_at(step.weight, len(whole))]
        steps += _grow(options, candidate.release, canaries[len(serving) :])
        steps += [Shift(stable.instances, canaries, step.weight, rules=rules), pause]
        serving = canaries
    steps += _grow(options, candidate.release, whole[len(serving) :])
    steps += [Shift((), whole, 100), Bake(options.bake_s)]
    if options.scale_down_delay_s > 0:
        steps.append(DelayScaleDown(stable.instances, options.scale_down_delay_s))
    steps += [Drain(stable.instances), Stop(stable.instances)]
    kept = min(len(stable.instances), len(whole))
    return Plan("canary", tuple(steps), minimum_healthy=kept)


def _instances_at(weight: int, replicas: int) -> int:
    """Return how many instances carry a share of the traffic: ``weight * replicas / 100``, up."""
    return -(-weight * replicas // 100)


def _grow(options: CanaryOptions, release: int, starting: tuple[str, ...]) -> list[Step]:
    if not starting:
        return []
    return [Launch(release, starting), AwaitHealthy(starting, options.min_ready_s)]


def _pause(index: int, step: CanaryStep) -> Step:
    if step.pause not in (None, "promotion"):
        raise PlanError(
            f"steps[{index}].pause must be 'promotion', got {step.pause!r}; a time is 'pause_s'"
        )
    if step.pause and step.pause_s:
        raise PlanError(
            f"steps[{index}].pause_s cannot be set beside pause = 'promotion', got "
            f"{step.pause_s:g}; keep one of the two"
        )
    return AwaitPromotion() if step.pause else Bake(step.pause_s)
