"""Bugs as somebody might write them: each must be seen by the simulation.

Every one is a small change of a strategy or of what performs its plan, made for one test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.observations import Observation
from pytest_pipeline.domain.plans import AwaitHealthy, Drain, Launch, Plan, Shift, Step, Stop
from pytest_pipeline.domain.rollback import plan_rollback
from pytest_pipeline.domain.rollouts import Perform, StepDone, advance
from pytest_pipeline.domain.strategies import STRATEGIES
from pytest_pipeline.engine.kept_sites import record_site
from pytest_pipeline.engine.rollout import Rollout
from pytest_pipeline.engine.site import Site
from pytest_pipeline.testing.simulation import Invariant, simulate

Steps = tuple[Step, ...]


@dataclass(frozen=True)
class PlantedBug:
    """A bug.

    Attributes:
        name: What it does wrong.
        plant: Brings it into the code, until the test ends.
        within: Rollouts after which it has to be seen; count.
        quick: Whether it is tried in every run of the suite.
    """

    name: str
    plant: Callable[[pytest.MonkeyPatch], None]
    within: int
    quick: bool = False


@dataclass(frozen=True)
class Caught:
    """How a bug was seen.

    Attributes:
        invariant: What it broke.
        rollouts: The rollout in which it was seen; count from 1.
    """

    invariant: Invariant
    rollouts: int


def hunt(bug: PlantedBug, patch: pytest.MonkeyPatch, *, first: int = 0) -> Caught | None:
    """Return how a bug is seen; None if it is not.

    Args:
        bug: The bug; it stays until ``patch`` undoes it.
        patch: Plants it.
        first: Seed of the first rollout.
    """
    bug.plant(patch)
    for number in range(bug.within):
        violations = simulate(first + number, events=False).violations
        if violations:
            return Caught(violations[0].invariant, number + 1)
    return None


def _replan(strategy: str, change: Callable[[Plan, Any], Plan]) -> Callable[..., None]:
    """Return what makes a strategy return a changed plan of deployments over a stable release."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        right = STRATEGIES[strategy]

        def plan(options: Any, stable: Fleet | None, candidate: Fleet) -> Plan:  # noqa: ANN401 - its own
            made = right.plan(options, stable, candidate)
            return change(made, (right, options, stable, candidate)) if stable else made

        patch.setitem(STRATEGIES, strategy, replace(right, plan=plan))

    return plant


def _shift_before_health(plan: Plan, _: Any) -> Plan:  # noqa: ANN401 - not looked at
    steps = list(plan.steps)
    for index in range(len(steps) - 1):
        if isinstance(steps[index], AwaitHealthy) and isinstance(steps[index + 1], Shift):
            steps[index], steps[index + 1] = steps[index + 1], steps[index]
    return replace(plan, steps=tuple(steps))


def _unready(patch: pytest.MonkeyPatch) -> None:
    """Shift before health, in an executor that believes plans: it would wait otherwise."""
    _replan("canary", _shift_before_health)(patch)
    patch.setattr("pytest_pipeline.engine.steps.shifting.await_candidates", lambda *_: None)


def _stop_before_shift(plan: Plan, _: Any) -> Plan:  # noqa: ANN401 - not looked at
    steps = list(plan.steps)
    for index in range(len(steps) - 2):
        if [type(each) for each in steps[index : index + 3]] == [Shift, Drain, Stop]:
            steps[index : index + 3] = [*steps[index + 1 : index + 3], steps[index]]
    return replace(plan, steps=tuple(steps))


def _all_at_once(plan: Plan, made: Any) -> Plan:  # noqa: ANN401 - what it was made of
    right, options, stable, candidate = made
    at_once = replace(options, max_unavailable=len(stable.instances))
    return replace(plan, steps=right.plan(at_once, stable, candidate).steps)


def _old_before_new(plan: Plan, made: Any) -> Plan:  # noqa: ANN401 - what it was made of
    blue = made[2].instances
    ends = (Shift((), (), 0), Drain(blue), Stop(blue))
    rest = (
        replace(each, stable=(), candidate_percent=100) if isinstance(each, Shift) else each
        for each in plan.steps
        if not isinstance(each, Drain | Stop)
    )
    return replace(plan, steps=(*ends, *rest))


def _drain_the_new(plan: Plan, made: Any) -> Plan:  # noqa: ANN401 - what it was made of
    green = made[3].instances
    steps = (
        replace(each, instances=green) if isinstance(each, Drain | Stop) else each
        for each in plan.steps
    )
    return replace(plan, steps=tuple(steps))


def _without_outcome(patch: pytest.MonkeyPatch) -> None:
    right = Rollout._advance

    def forgetful(self: Rollout, event: Any) -> None:  # noqa: ANN401 - any event
        if isinstance(event, StepDone):
            self.state = advance(self.state, event)
        else:
            right(self, event)

    patch.setattr(Rollout, "_advance", forgetful)


def _outcome_first(patch: pytest.MonkeyPatch) -> None:
    right = Rollout._event_of

    def hasty(self: Rollout, action: Any) -> Any:  # noqa: ANN401 - any action
        if isinstance(action, Perform):
            self._journal({"kind": "done"})
            self._attempt(action.step)
            self.state = advance(self.state, StepDone())
            return self._event_of(self.state.action) if self.state.action else StepDone()
        return right(self, action)

    patch.setattr(Rollout, "_event_of", hasty)


def _without_repair(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("pytest_pipeline.engine.resuming.plan_repair", lambda *_: ())


def _without_capacity_check(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("pytest_pipeline.engine.steps.shifting.demand_capacity", lambda *_: None)


def _back_as_intended(patch: pytest.MonkeyPatch) -> None:
    def plan(stable: Fleet | None, candidate: Fleet, seen: Observation, **rest: Any) -> Plan:  # noqa: ANN401 - handed on
        everything = frozenset((*(stable.instances if stable else ()), *candidate.instances))
        running = everything if seen.running else frozenset()
        return plan_rollback(stable, candidate, Observation(running, running, running), **rest)

    patch.setattr("pytest_pipeline.domain.rollouts.plan_rollback", plan)


def _without_forgetting(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Site, "forget", lambda *_: None)


def _launch_again(patch: pytest.MonkeyPatch) -> None:
    def launch(site: Site, step: Launch) -> None:
        for each in step.instances:
            site.fleet[each] = site.target.launch(site.launch_request(each, step.release))
            site.ports[each] = site.fleet[each].port

    patch.setattr("pytest_pipeline.engine.steps.performing.launch", launch)


def _hand_over_unwritten(patch: pytest.MonkeyPatch) -> None:
    calls = count()

    def sometimes(site: Site) -> None:
        if next(calls) % 2:
            record_site(site)
        elif site.keep:
            site.tools.processes.hand_over()

    patch.setattr("pytest_pipeline.engine.rollout.record_site", sometimes)


BUGS: tuple[PlantedBug, ...] = (
    PlantedBug(
        "canary: shifts before the new instances are ready",
        _unready,
        within=60,
        quick=True,
    ),
    PlantedBug(
        "rolling: stops a batch before it shifts the traffic away",
        _replan("rolling", _stop_before_shift),
        within=60,
        quick=True,
    ),
    PlantedBug("in-place: forgets max_unavailable", _replan("in-place", _all_at_once), within=100),
    PlantedBug(
        "immutable: stops the old set before the new one is ready",
        _replan("immutable", _old_before_new),
        within=60,
    ),
    PlantedBug(
        "blue-green: drains and stops the new set", _replan("blue-green", _drain_the_new), within=60
    ),
    PlantedBug("executor: does not journal outcomes", _without_outcome, within=20, quick=True),
    PlantedBug("executor: journals outcomes before the effects", _outcome_first, within=60),
    PlantedBug("executor: hands over before it is written down", _hand_over_unwritten, within=60),
    PlantedBug("executor: launches what runs already", _launch_again, within=1000),
    PlantedBug("executor: does not repair before it resumes", _without_repair, within=1000),
    PlantedBug("executor: checks no capacity", _without_capacity_check, within=1000),
    PlantedBug("executor: goes back as intended, not as observed", _back_as_intended, within=200),
    PlantedBug("executor: stops without forgetting", _without_forgetting, within=60),
)
