"""The rollout as a pure transition: from a state and an event to the next state.

The engine performs `RolloutState.action` and feeds the outcome back as an event, until the phase
is final. No clock, no I/O: a rollout of any length is tested in microseconds, and the journal of
one is replayed with the same function (`journal_entries.replay`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.observations import Observation
from pytest_pipeline.domain.plans import Migrate, Plan, Step
from pytest_pipeline.domain.rollback import plan_rollback
from pytest_pipeline.domain.rollback_triggers import RollbackTrigger

#: The way back is planned anew, from what is observed then, until it failed this often.
ROLLBACK_ATTEMPTS = 2


class Phase(StrEnum):
    """Where a rollout stands."""

    ROLLING_OUT = "rolling out"
    PAUSED = "paused"
    OBSERVING = "observing"
    ROLLING_BACK = "rolling back"
    SUCCEEDED = "succeeded"
    ROLLED_BACK = "rolled back"
    ROLLBACK_FAILED = "rollback failed"
    FROZEN = "frozen"

    @property
    def final(self) -> bool:
        """Whether nothing is left to do."""
        return self in (
            Phase.SUCCEEDED,
            Phase.ROLLED_BACK,
            Phase.ROLLBACK_FAILED,
            Phase.FROZEN,
        )


@dataclass(frozen=True)
class StepBegun:
    """The step asked for is about to be performed."""


@dataclass(frozen=True)
class StepDone:
    """The step asked for was performed."""


@dataclass(frozen=True)
class StepFailed:
    """The step asked for could not be performed, or an alarm fired during it.

    Attributes:
        reason: Why, for people.
        trigger: What kind of failure it was.
    """

    reason: str
    trigger: RollbackTrigger = RollbackTrigger.DEPLOYMENT_FAILURE


@dataclass(frozen=True)
class StopRequested:
    """Somebody asks to go back.

    Attributes:
        reason: Why, for people.
        force: Whether also where stable cannot run on the migrated data.
    """

    reason: str
    force: bool = False


@dataclass(frozen=True)
class PauseRequested:
    """Somebody asks to wait before the next step."""


@dataclass(frozen=True)
class ResumeRequested:
    """Somebody asks a paused rollout to go on."""


@dataclass(frozen=True)
class Observed:
    """What was found when one looked."""

    seen: Observation


Event = (
    StepBegun | StepDone | StepFailed | StopRequested | PauseRequested | ResumeRequested | Observed
)


@dataclass(frozen=True)
class Perform:
    """Perform a step of the plan."""

    step: Step


@dataclass(frozen=True)
class Observe:
    """Find out which instances run."""


@dataclass(frozen=True)
class AwaitResume:
    """Wait until somebody resumes or stops the rollout."""


Action = Perform | Observe | AwaitResume


@dataclass(frozen=True)
class RolloutState:
    """A rollout under way.

    Attributes:
        stable: What served before; None for a first deployment.
        candidate: What is rolled out.
        plan: The plan followed now.
        irreversible: Whether stable cannot run any more once the candidate's migration ran.
        index: Its next step.
        phase: Where the rollout stands.
        migrated: Whether the candidate's migration was begun.
        trigger: What made it go back; None while all is well.
        failure: Why it goes back; empty while all is well.
        rollback_failure: Why the way back failed, or did at first; empty unless it did.
        attempts: How often the way back failed; count.
    """

    stable: Fleet | None
    candidate: Fleet
    plan: Plan
    irreversible: bool = False
    index: int = 0
    phase: Phase = Phase.ROLLING_OUT
    migrated: bool = False
    trigger: RollbackTrigger | None = None
    failure: str = ""
    rollback_failure: str = ""
    attempts: int = 0

    @property
    def no_way_back(self) -> bool:
        """Whether stable cannot run any more: going back takes somebody who insists."""
        return self.irreversible and self.migrated and self.stable is not None

    @property
    def action(self) -> Action | None:
        """What is to be done next; None when the phase is final."""
        if self.phase.final:
            return None
        if self.phase is Phase.OBSERVING:
            return Observe()
        if self.phase is Phase.PAUSED:
            return AwaitResume()
        return Perform(self.plan.steps[self.index])


def begin(
    plan: Plan, stable: Fleet | None, candidate: Fleet, *, irreversible: bool = False
) -> RolloutState:
    """Return the state before the first step."""
    return _settle(RolloutState(stable, candidate, plan, irreversible))


def advance(state: RolloutState, event: Event) -> RolloutState:
    """Return the state after an event.

    A failure or a stop while rolling out asks for an observation, from which the way back is
    planned; a failure on the way back plans it anew, and the last attempt's ends the rollout.
    Where stable cannot run on the migrated data there is no way back but by force: the rollout is
    frozen as it stands. What does not fit the state changes nothing, so that an event delivered
    twice is harmless.
    """
    match state.phase:
        case Phase.ROLLING_OUT:
            return _rolling_out(state, event)
        case Phase.PAUSED:
            return _paused(state, event)
        case Phase.OBSERVING | Phase.ROLLING_BACK:
            return _going_back(state, event)
        case _:
            return _stuck(state, event)


def _rolling_out(state: RolloutState, event: Event) -> RolloutState:
    match event:
        case StepBegun():
            return replace(state, migrated=state.migrated or _migrates(state))
        case StepDone():
            return _settle(replace(state, index=state.index + 1))
        case StepFailed(reason, trigger):
            return _turn(state, reason, trigger)
        case StopRequested():
            return _stop(state, event)
        case PauseRequested():
            return replace(state, phase=Phase.PAUSED)
        case _:
            return state


def _paused(state: RolloutState, event: Event) -> RolloutState:
    match event:
        case ResumeRequested():
            return replace(state, phase=Phase.ROLLING_OUT)
        case StepFailed(reason, trigger):
            return _turn(state, reason, trigger)
        case StopRequested():
            return _stop(state, event)
        case _:
            return state


def _going_back(state: RolloutState, event: Event) -> RolloutState:
    rolling = state.phase is Phase.ROLLING_BACK
    match event:
        case Observed(seen):
            plan = plan_rollback(
                state.stable,
                state.candidate,
                seen,
                minimum_healthy=state.plan.minimum_healthy,
                trusted=state.trigger is not RollbackTrigger.STOP_ON_ALARM,
            )
            return _settle(replace(state, phase=Phase.ROLLING_BACK, plan=plan, index=0))
        case StepDone() if rolling:
            return _settle(replace(state, index=state.index + 1))
        case StepFailed(reason) if rolling:
            attempts = state.attempts + 1
            return replace(
                state,
                phase=Phase.OBSERVING if attempts < ROLLBACK_ATTEMPTS else Phase.ROLLBACK_FAILED,
                rollback_failure=reason,
                attempts=attempts,
            )
        case _:
            return state


def _stuck(state: RolloutState, event: Event) -> RolloutState:
    """Move on what only a person can."""
    match (state.phase, event):
        case (Phase.FROZEN, ResumeRequested()):  # tried again, for there is no way back
            return replace(state, phase=Phase.ROLLING_OUT, failure="", trigger=None)
        case (Phase.FROZEN, StopRequested()):  # somebody knows better
            return replace(state, phase=Phase.OBSERVING)
        case (Phase.ROLLBACK_FAILED, ResumeRequested()):
            return replace(state, phase=Phase.OBSERVING, rollback_failure="", attempts=0)
        case _:
            return state


def _turn(state: RolloutState, reason: str, trigger: RollbackTrigger) -> RolloutState:
    phase = Phase.FROZEN if state.no_way_back else Phase.OBSERVING
    return replace(state, phase=phase, failure=reason, trigger=trigger)


def _stop(state: RolloutState, request: StopRequested) -> RolloutState:
    turned = _turn(state, request.reason, RollbackTrigger.STOP_ON_REQUEST)
    return replace(turned, phase=Phase.OBSERVING) if request.force else turned


def _migrates(state: RolloutState) -> bool:
    """Return whether the next step migrates the data: even in part, that is not undone."""
    step = state.plan.steps[state.index]
    return isinstance(step, Migrate) and step.release == state.candidate.release


def _settle(state: RolloutState) -> RolloutState:
    if state.index < len(state.plan.steps):
        return state
    done = Phase.SUCCEEDED if state.phase is Phase.ROLLING_OUT else Phase.ROLLED_BACK
    return replace(state, phase=done)
