"""What should run and get traffic once some steps of a plan are done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import Launch, Plan, Shift, Step, Stop


@dataclass(frozen=True)
class Expectation:
    """What should be found.

    Attributes:
        running: Identifiers of the instances that run.
        shift: What the router sends where; None while nothing was ever routed.
    """

    running: frozenset[str]
    shift: Shift | None

    @property
    def serving(self) -> int:
        """Number of instances that get traffic; count, >= 0."""
        return serving_of(self.shift)


@dataclass(frozen=True)
class Capacity:
    """How much there is after a step.

    Attributes:
        step: The step.
        running: Instances that run; count, >= 0.
        serving: Of these, instances that get traffic; count, >= 0.
    """

    step: Step
    running: int
    serving: int


def expected(plan: Plan, done: int, stable: Fleet | None) -> Expectation:
    """Return what the first steps of a plan lead to, from stable running and routed.

    For the plan of a strategy; a plan of the way back begins at what was observed.

    Args:
        plan: The plan.
        done: How many of its steps are done; count, 0..len(plan.steps).
        stable: What served before; None for a first deployment.
    """
    running, shift = _start(stable)
    for step in plan.steps[:done]:
        shift = _after(step, running, shift)
    return Expectation(frozenset(running), shift)


def capacities(plan: Plan, stable: Fleet | None) -> Iterator[Capacity]:
    """Yield how much runs and serves after each step of a plan, in order."""
    running, shift = _start(stable)
    for step in plan.steps:
        shift = _after(step, running, shift)
        yield Capacity(step, len(running), serving_of(shift))


def serving_of(shift: Shift | None) -> int:
    """Return how many instances a shift sends traffic of clients to; count, >= 0.

    Those that only answer at the preview address, or to testers, do not count.
    """
    if shift is None:
        return 0
    stable = len(shift.stable) if shift.candidate_percent < 100 else 0  # noqa: PLR2004 - percent
    return stable + (len(shift.candidate) if shift.candidate_percent else 0)


def _start(stable: Fleet | None) -> tuple[set[str], Shift | None]:
    if stable is None:
        return set(), None
    return set(stable.instances), Shift(stable.instances, (), 0)


def _after(step: Step, running: set[str], shift: Shift | None) -> Shift | None:
    """Bring ``running`` to what it is after a step, and return the shift in force then."""
    match step:
        case Launch(_, instances):
            running.update(instances)
        case Stop(instances):
            running.difference_update(instances)
        case Shift():
            return step
        case _:
            pass
    return shift
