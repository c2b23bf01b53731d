"""Which moments a plan has, and alarms that would be asked in none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pytest_pipeline.domain.alarms.clients_url import needs_clients_url
from pytest_pipeline.domain.alarms.definitions import AnyAlarm, Moment, actors, watching
from pytest_pipeline.domain.plans import AwaitPromotion, Bake, DelayScaleDown, Plan, Shift

_ALL_PERCENT = 100


@dataclass(frozen=True)
class FittedAlarms:
    """Alarms that a plan asks, every one.

    Attributes:
        alarms: The alarms.
        moved: Names of those that are asked in the plan's last wait, as it has no moment of theirs.
    """

    alarms: tuple[AnyAlarm, ...]
    moved: tuple[str, ...] = ()


def moments_of(plan: Plan) -> tuple[Moment, ...]:
    """Return ``CANARY`` or ``BAKE`` of each wait in which the candidate has traffic, in order."""
    found: list[Moment] = []
    moment: Moment | None = None
    for step in plan.steps:
        if isinstance(step, Shift):
            moment = _moment_after(step)
        elif moment is not None and isinstance(step, Bake | AwaitPromotion | DelayScaleDown):
            found.append(moment)
    return tuple(found)


def _moment_after(shift: Shift) -> Moment | None:
    if not shift.candidate or not shift.candidate_percent:
        return None
    shared = shift.stable and shift.candidate_percent < _ALL_PERCENT
    return Moment.CANARY if shared else Moment.BAKE


def fitted(alarms: Sequence[AnyAlarm], plan: Plan, *, first: bool) -> FittedAlarms:
    """Return alarms of which the plan asks every one: what is not asked would pass.

    One that has none of the plan's moments is asked in its last wait, which may be of no length:
    it gets one look then, and ``hold_s``. Where none has a moment the default watches as well.

    Args:
        alarms: The alarms of the environment; of none, for nothing is to be watched, none are made.
        plan: What is carried out; one without waits is a way back, which asks none.
        first: Whether nothing serves yet: what asks the clients' URL is not asked before then.
    """
    moments = moments_of(plan)
    if not moments or not alarms:
        return FittedAlarms(tuple(alarms))
    within = {*moments, Moment.ROLLOUT}
    known = watching(alarms, within)
    asked = {each.name for each in actors(known, within)}
    for each in actors(known, (Moment.BEFORE,)):
        if not (first and needs_clients_url(each, known)):
            asked.add(each.name)
    moved = tuple(each.name for each in actors(known, Moment) if each.name not in asked)
    return FittedAlarms(
        tuple(
            replace(each, during=(*each.during, moments[-1])) if each.name in moved else each
            for each in known
        ),
        moved,
    )
