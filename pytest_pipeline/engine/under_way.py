"""The deployment that is under way at an environment, seen from another process."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.journal_entries import is_over, replay
from pytest_pipeline.domain.rehearsals import Leg
from pytest_pipeline.domain.rollouts import Perform, Phase, RolloutState
from pytest_pipeline.domain.step_texts import describe
from pytest_pipeline.engine.site_records import Holder
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import StateError

#: How executions name themselves to those who find an environment taken.
EXECUTION = "execution "


@dataclass(frozen=True)
class UnderWay:
    """A deployment that was begun and not brought to its end.

    Attributes:
        environment: Where.
        deployment: Its identifier.
        state: Where its rollout stands, by its journal.
        holder: Who is at it; None when its controller died, or left it frozen.
    """

    environment: str
    deployment: str
    state: RolloutState
    holder: Holder | None

    def __str__(self) -> str:
        """Return phase and step in words."""
        state, steps = self.state, self.state.plan.steps
        text = f"r{state.candidate.release} ({state.plan.strategy}): {state.phase}"
        if state.phase is Phase.OBSERVING or state.phase.final:
            return text
        number = min(state.index, len(steps) - 1)
        doing = describe(steps[number]) if isinstance(state.action, Perform) else ""
        return f"{text}, step {number + 1} of {len(steps)}" + (f": {doing}" if doing else "")


def under_way(tools: Toolbox, environment: str) -> UnderWay | None:
    """Return the deployment that is open at an environment; None when there is none.

    Whether it is at a kept environment or not: that of one that is not kept ends with its
    controller.

    Raises:
        StateError: If its journal cannot be understood.
    """
    holder = tools.records.holder(environment)
    record = tools.records.read(environment)
    kept = str(record["deployment"]) if record and record.get("deployment") else ""
    name = kept or _held(tools, holder, environment)
    entries = tools.journal.read(name) if name else ()
    if not entries or is_over(entries):
        return None
    try:
        state = replay(entries)
    except (KeyError, TypeError, ValueError) as error:
        raise StateError(
            f"the journal of deployment {name} cannot be understood ({error}): end the environment "
            f"with pytest-pipeline down {environment}"
        ) from error
    if state.phase.final and not kept:
        return None
    return UnderWay(environment, name, state, holder)


def demand_way_back(name: str, state: RolloutState, *, led: bool) -> None:
    """Refuse to go back where stable cannot run on the migrated data.

    Args:
        name: Name of the environment.
        state: Where its rollout stands.
        led: Whether a living controller is at it.

    Raises:
        StateError: If that is so.
    """
    held = (Phase.ROLLING_OUT, Phase.PAUSED, Phase.FROZEN)
    if state.phase in held and state.no_way_back:
        raise StateError(f"{name} {ways_on_without_force(name, state, led=led)}")


def ways_on_without_force(name: str, state: RolloutState, *, led: bool) -> str:
    """Return why a rollout does not simply go back, and what may be done instead."""
    candidate = f"r{state.candidate.release}"
    forced = f"pytest-pipeline abort {name} --force goes back all the same"
    if state.phase is Phase.FROZEN:
        return (
            f"is frozen: {candidate} failed ({state.failure}) after a migration that cannot be "
            f"undone; pytest-pipeline resume {name} tries {candidate} again, {forced}"
        )
    on = (
        f"pytest-pipeline promote {name} ends its wait, pytest-pipeline pause {name} holds it"
        if led
        else f"pytest-pipeline resume {name} goes on with it"
    )
    return (
        f"cannot simply go back: the migration of {candidate} was begun and cannot be undone, and "
        f"what served before cannot run on its data; {on}, {forced}"
    )


def _held(tools: Toolbox, holder: Holder | None, environment: str) -> str:
    """Return the identifier of the deployment that whoever has an environment makes there.

    Of those of a rehearsal it is the last that was begun.
    """
    if holder is None or not holder.by.startswith(EXECUTION):
        return ""
    first = f"{holder.by.removeprefix(EXECUTION)}-{environment}"
    names = [leg.deployment(first) for leg in Leg]
    return next((each for each in reversed(names) if tools.journal.read(each)), first)
