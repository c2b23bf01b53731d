"""Rolling: replace instances batch by batch; both releases serve meanwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from pytest_pipeline.domain.first_release import plan_first_release
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import (
    AwaitHealthy,
    Bake,
    Drain,
    Launch,
    Migrate,
    Plan,
    Step,
    Stop,
)
from pytest_pipeline.domain.shares import batches, shift_by_count
from pytest_pipeline.errors import PlanError


@dataclass(frozen=True)
class RollingOptions:
    """Options of the rolling strategy.

    Attributes:
        batch_size: Instances replaced a step; count, >= 1.
        max_surge: Instances that may run above the wanted number; count, >= 0. By default
            `batch_size` when starting first, 0 when stopping first.
        max_unavailable: Instances that may be missing from the wanted number; count, >= 0. By
            default 0 when starting first, `batch_size` when stopping first.
        order: Whether a batch starts before the one that it replaces stops.
        min_ready_s: How long new instances must stay ready, seconds, >= 0.
        monitor_s: How long alarms are watched after each batch but the last, seconds, >= 0.
        max_failure_ratio: Share of the new instances that may fail to get ready, 0-1; they are
            launched anew.
        bake_s: How long alarms are watched at the end, seconds, >= 0.
    """

    batch_size: int = 1
    max_surge: int | None = None
    max_unavailable: int | None = None
    order: Literal["start-first", "stop-first"] = "start-first"
    min_ready_s: float = 0.0
    monitor_s: float = 0.0
    max_failure_ratio: float = 0.0
    bake_s: float = 3.0


def plan_rolling(options: RollingOptions, stable: Fleet | None, candidate: Fleet) -> Plan:
    """Plan a rolling deployment: batch by batch, instances of stable give way to the candidate's.

    Starting first, a batch takes traffic before the one that it replaces stops: capacity never
    dips and up to ``max_surge`` instances run more than wanted; what ``max_surge`` has no room
    for, replaces instances that stop first. Stopping first, it is the other way round: capacity
    dips by up to ``max_unavailable``.

    Args:
        options: See `RollingOptions`.
        stable: What serves now; None for a first deployment.
        candidate: What is to serve.

    Raises:
        PlanError: If an option is out of range, or nothing may start or stop first.

    Source:
        compose-spec, ``update_config``: ``parallelism``, ``order``, ``monitor``,
        ``max_failure_ratio``. Kubernetes, ``rollingUpdate``: ``maxSurge``, ``maxUnavailable``.
    """
    room = _room(options)
    failures = math.floor(options.max_failure_ratio * len(candidate.instances) + 1e-9)
    if stable is None:
        ready = AwaitHealthy(candidate.instances, options.min_ready_s, failures)
        return plan_first_release("rolling", candidate, ready=ready, bake_s=options.bake_s)
    steps: list[Step] = [Migrate(candidate.release)]
    remaining, serving = stable.instances, ()  # type: tuple[str, ...], tuple[str, ...]
    arriving = batches(candidate.instances, room.batch)
    leaving = batches(stable.instances, room.batch)
    for number, (starting, stopping) in enumerate(zip_longest(arriving, leaving, fillvalue=())):
        first = stopping[: room.stopped_first(len(starting))]
        then = stopping[len(first) :]
        if first:
            remaining = remaining[len(first) :]
            steps += [shift_by_count(remaining, serving), Drain(first), Stop(first)]
        if starting:
            steps += [
                Launch(candidate.release, starting),
                AwaitHealthy(starting, options.min_ready_s, failures),
            ]
        if starting or then:
            serving, remaining = serving + starting, remaining[len(then) :]
            steps.append(shift_by_count(remaining, serving))
        if then:
            steps += [Drain(then), Stop(then)]
        if options.monitor_s and number < max(len(arriving), len(leaving)) - 1:
            steps.append(Bake(options.monitor_s))
    dip = room.stopped_first(len(arriving[0]))
    kept = min(len(stable.instances) - dip, len(candidate.instances))
    return Plan("rolling", (*steps, Bake(options.bake_s)), minimum_healthy=max(0, kept))


@dataclass(frozen=True)
class _Room:
    """What may be done at once.

    Attributes:
        batch: Instances replaced a step; count, >= 1.
        surge: Of these started before others stop, at most; count, >= 0.
        unavailable: Of these stopped before others start, at most; count, >= 0.
        starts_first: Which of the two is preferred.
    """

    batch: int
    surge: int
    unavailable: int
    starts_first: bool

    def stopped_first(self, starting: int) -> int:
        """Return how many instances are stopped before this many start."""
        return max(0, starting - self.surge) if self.starts_first else self.unavailable


def _room(options: RollingOptions) -> _Room:
    for name, value, least in (
        ("batch_size", options.batch_size, 1),
        ("max_surge", options.max_surge, 0),
        ("max_unavailable", options.max_unavailable, 0),
    ):
        if value is not None and value < least:
            raise PlanError(f"{name} must be at least {least}, got {value}")
    if options.order not in ("start-first", "stop-first"):
        raise PlanError(f"order must be 'start-first' or 'stop-first', got {options.order!r}")
    if not 0 <= options.max_failure_ratio <= 1:
        raise PlanError(f"max_failure_ratio must be in 0..1, got {options.max_failure_ratio:g}")
    starts_first = options.order == "start-first"
    surge = options.max_surge
    if surge is None:
        surge = options.batch_size if starts_first else 0
    unavailable = options.max_unavailable
    if unavailable is None:
        unavailable = 0 if starts_first else options.batch_size
    if not surge + unavailable:
        name = "max_surge" if starts_first else "max_unavailable"
        raise PlanError(
            f"{name} must be at least 1 with order {options.order!r}, got 0: with no room above "
            "the wanted number and none below it nothing can be replaced (the other of max_surge "
            "and max_unavailable helps as well)"
        )
    batch = min(options.batch_size, surge + unavailable)
    return _Room(batch, surge, min(unavailable, batch), starts_first)
