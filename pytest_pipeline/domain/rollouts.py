"""The rollout as a pure transition: from a state and an event to the next state.

The engine performs `RolloutState.action` and feeds the outcome back as an event, until the phase
is final. No clock, no I/O: a rollout of any length is tested in microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import Plan, Step
from pytest_pipeline.domain.rollback import plan_rollback


class Phase(StrEnum):
    """Where a rollout stands."""

    ROLLING_OUT = "rolling out"
    OBSERVING = "observing"
    ROLLING_BACK = "rolling back"
    SUCCEEDED = "succeeded"
    ROLLED_BACK = "rolled back"
    ROLLBACK_FAILED = "rollback failed"

    @property
    def final(self) -> bool:
        """Whether nothing is left to do."""
        return self in (Phase.SUCCEEDED, Phase.ROLLED_BACK, Phase.ROLLBACK_FAILED)


@dataclass(frozen=True)
class StepDone:
    """The step asked for was performed."""


@dataclass(frozen=True)
class StepFailed:
    """The step asked for could not be performed, or an alarm fired during it.

    Attributes:
        reason: Why, for people.
    """

    reason: str


@dataclass(frozen=True)
class StopRequested:
    """Somebody asks to go back.

    Attributes:
        reason: Why, for people.
    """

    reason: str


@dataclass(frozen=True)
class Observed:
    """What runs now.

    Attributes:
        running: Identifiers of all running instances.
    """

    running: frozenset[str]


Event = StepDone | StepFailed | StopRequested | Observed


@dataclass(frozen=True)
class Perform:
    """Perform a step of the plan."""

    step: Step


@dataclass(frozen=True)
class Observe:
    """Find out which instances run."""


@dataclass(frozen=True)
class RolloutState:
    """A rollout under way.

    Attributes:
        stable: What served before; None for a first deployment.
        candidate: What is rolled out.
        plan: The plan followed now.
        index: Its next step.
        phase: Where the rollout stands.
        failure: Why it goes back; empty while all is well.
        rollback_failure: Why the way back failed; empty unless it did.
    """

    stable: Fleet | None
    candidate: Fleet
    plan: Plan
    index: int = 0
    phase: Phase = Phase.ROLLING_OUT
    failure: str = ""
    rollback_failure: str = ""

    @property
    def action(self) -> Perform | Observe | None:
        """What is to be done next; None when the phase is final."""
        if self.phase.final:
            return None
        if self.phase is Phase.OBSERVING:
            return Observe()
        return Perform(self.plan.steps[self.index])


def begin(plan: Plan, stable: Fleet | None, candidate: Fleet) -> RolloutState:
    """Return the state before the first step."""
    return _settle(RolloutState(stable, candidate, plan))


def advance(state: RolloutState, event: Event) -> RolloutState:
    """Return the state after an event.

    A failure or a stop while rolling out asks for an observation, from which the way back is
    planned; a failure on the way back ends the rollout. What does not fit the state changes
    nothing, so that an event delivered twice is harmless.
    """
    match (state.phase, event):
        case (Phase.ROLLING_OUT | Phase.ROLLING_BACK, StepDone()):
            return _settle(replace(state, index=state.index + 1))
        case (Phase.ROLLING_OUT, StepFailed(reason) | StopRequested(reason)):
            return replace(state, phase=Phase.OBSERVING, failure=reason)
        case (Phase.OBSERVING, Observed(running)):
            plan = plan_rollback(state.stable, state.candidate, running)
            return _settle(replace(state, phase=Phase.ROLLING_BACK, plan=plan, index=0))
        case (Phase.ROLLING_BACK, StepFailed(reason)):
            return replace(state, phase=Phase.ROLLBACK_FAILED, rollback_failure=reason)
        case _:
            return state


def _settle(state: RolloutState) -> RolloutState:
    if state.index < len(state.plan.steps):
        return state
    done = Phase.SUCCEEDED if state.phase is Phase.ROLLING_OUT else Phase.ROLLED_BACK
    return replace(state, phase=done)
