"""Draws a scenario from a seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.overlap_checks import MixedVersions, with_overlap_check
from pytest_pipeline.domain.plans import Plan
from pytest_pipeline.domain.strategies import STRATEGIES, plan_deployment
from pytest_pipeline.errors import PlanError
from pytest_pipeline.testing.simulation.drawing_options import draw_options
from pytest_pipeline.testing.simulation.faults import Fault, FaultKind
from pytest_pipeline.testing.simulation.scenario import Scenario

#: Fleets are log-uniform up to here; count.
LARGEST_FLEET = 300

#: How often each kind is drawn, relative to the others.
_FREQUENCIES: Mapping[FaultKind, int] = {
    FaultKind.CONTROLLER_DIES: 10,
    FaultKind.INSTANCE_DIES: 6,
    FaultKind.HEALTH_FLAPS: 4,
    FaultKind.LAUNCH_FAILS: 3,
    FaultKind.NEVER_READY: 3,
    FaultKind.SLOW_READY: 2,
    FaultKind.STOP_FAILS: 2,
    FaultKind.UPDATE_LOST: 3,
    FaultKind.UPDATE_LATE: 2,
    FaultKind.ROUTER_DIES: 3,
    FaultKind.ALARM_FIRES: 4,
    FaultKind.ALARM_BLIND: 2,
    FaultKind.PAUSE: 2,
    FaultKind.RESUME: 1,
    FaultKind.PROMOTE: 1,
    FaultKind.ABORT: 3,
    FaultKind.HOOK_FAILS: 2,
    FaultKind.SMOKE_FAILS: 2,
    FaultKind.MIGRATION_FAILS: 1,
    FaultKind.JOURNAL_FAILS: 2,
    FaultKind.RECORD_FAILS: 2,
}


def draw_scenario(seed: int) -> Scenario:
    """Return the scenario of a seed; always the same one."""
    random = Random(seed)  # noqa: S311 - reproducible by intent
    strategy = random.choice(tuple(STRATEGIES))
    replicas = _size(random)
    keep = random.random() < 0.92  # noqa: PLR2004 - a share
    first = random.random() < 0.07  # noqa: PLR2004 - a share
    scaled = keep and random.random() < 0.12  # noqa: PLR2004 - a share
    stable_replicas = 0 if first else _size(random) if scaled else replicas
    options = draw_options(random, strategy, replicas)
    minimum = random.choice((None, None, random.randint(0, replicas)))
    stable = None if first else Fleet(1, _names(1, replicas))
    plan, minimum = _fitting(strategy, options, stable, Fleet(2, _names(2, replicas)), minimum)
    return Scenario(
        seed=seed,
        strategy=strategy,
        options=options,
        minimum_healthy=minimum,
        stable_replicas=stable_replicas,
        replicas=replicas,
        keep=keep,
        irreversible=random.random() < 0.1,  # noqa: PLR2004 - a share
        progress_deadline_s=random.choice((20.0, 60.0, 600.0)),
        ready_s=random.choice((0.0, 0.0, 0.1, 0.1, 0.6)),
        in_flight_s=random.choice((0.0, 0.0, 0.2, 1.0, 6.0)),
        patience_s=random.choice((1.0, 5.0, 30.0)),
        commands=tuple(random.choice(("resume", "abort", "deploy")) for _ in range(3)),
        twice=random.random() < 0.15,  # noqa: PLR2004 - a share
        faults=_faults(random, len(plan.steps), replicas),
        mixed=_mixes(seed, plan, stable, Fleet(2, _names(2, replicas))),
    )


def log_uniform(random: Random, most: int) -> int:
    """Return a count from 1 to ``most``, as often between 1 and 10 as between 10 and 100."""
    return min(most, int(math.exp(random.uniform(0, math.log(most + 1)))))


def _size(random: Random) -> int:
    return log_uniform(random, LARGEST_FLEET)


def _names(release: int, replicas: int) -> tuple[str, ...]:
    return tuple(f"r{release}-{index}" for index in range(replicas))


def _fitting(
    strategy: str,
    options: Mapping[str, object],
    stable: Fleet | None,
    candidate: Fleet,
    minimum: int | None,
) -> tuple[Plan, int | None]:
    """Return the plan, and the minimum that it can keep."""
    try:
        return (
            plan_deployment(strategy, options, stable, candidate, minimum_healthy=minimum),
            minimum,
        )
    except PlanError:
        return plan_deployment(strategy, options, stable, candidate), None


def _mixes(seed: int, plan: Plan, stable: Fleet | None, candidate: Fleet) -> bool:
    """Draw whether two releases that overlap are checked; all else of a seed is drawn apart."""
    try:
        with_overlap_check(plan, MixedVersions(("e2e",)), stable, candidate)
    except PlanError:
        return False
    return Random(f"mixed versions {seed}").random() < 0.2  # noqa: S311, PLR2004 - a share


def _faults(random: Random, steps: int, replicas: int) -> tuple[Fault, ...]:
    """Draw faults over all of a rollout; some soon after another, so that the way back is hit."""
    faults: list[Fault] = []
    for _ in range(random.choice((0, 0, 1, 1, 1, 2, 2, 3, 4))):
        if faults and random.random() < 0.6:  # noqa: PLR2004 - a share
            entries = faults[-1].after_entries + random.randint(0, 10)
        else:
            entries = random.randint(1, 2 * steps + 4)
        at_once = random.random() < 0.4  # noqa: PLR2004 - a share
        faults.append(
            Fault(
                kind=random.choices(tuple(_FREQUENCIES), tuple(_FREQUENCIES.values()))[0],
                after_entries=entries,
                after_calls=0 if at_once else log_uniform(random, 4 * replicas + 10) - 1,
                seconds=random.choice((0.3, 1.0, 4.0, 12.0, math.inf)),
                victim=random.random(),
            )
        )
    return tuple(faults)
