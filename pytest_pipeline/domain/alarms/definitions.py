"""An alarm as it is configured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.alarms.composites import Operator
from pytest_pipeline.domain.alarms.datapoints import TreatMissing
from pytest_pipeline.domain.alarms.sources import RouterSource, Source
from pytest_pipeline.domain.criteria import Comparison, Criterion


class Moment(StrEnum):
    """When an alarm is asked.

    ``BEFORE`` the first step; ``CANARY`` while stable and the candidate both get traffic and the
    rollout waits; ``BAKE`` while the candidate has all of it; ``ROLLOUT`` at any time since the
    candidate's first traffic, also between the waits.
    """

    BEFORE = "before"
    CANARY = "canary"
    BAKE = "bake"
    ROLLOUT = "rollout"


#: When an alarm is asked that does not say.
USUAL_MOMENTS = (Moment.CANARY, Moment.BAKE)
#: When a release is watched that clients may reach.
UNDER_WAY = (Moment.CANARY, Moment.BAKE, Moment.ROLLOUT)


@dataclass(frozen=True)
class Alarm:
    """A bound on what a source says.

    Attributes:
        name: Its name; unique in its environment.
        source: Where its datapoints come from.
        bound: A datapoint breaches when this does **not** hold; None for sources that say true or
            false, where false breaches.
        period_s: Time from one datapoint to the next, seconds, > 0; None for one datapoint of all
            that was counted since the release began to serve, which is looked at all the time.
        least: M: breaching datapoints that make it fire; count.
        among: N: latest datapoints that are looked at; count, >= M.
        minimum_samples: A datapoint of fewer samples is missing; count, >= 1.
        treat_missing: What a missing datapoint counts as.
        timeout_s: An answer that takes longer is none; seconds, > 0.
        during: When it is asked.
    """

    name: str
    source: Source
    bound: Criterion | None
    period_s: float | None = None
    least: int = 1
    among: int = 1
    minimum_samples: int = 10
    treat_missing: TreatMissing = TreatMissing.MISSING
    timeout_s: float = 2.0
    during: tuple[Moment, ...] = USUAL_MOMENTS

    @property
    def counts_on(self) -> bool:
        """Whether its one datapoint grows: until it has enough samples it is not missing but open.

        No policy for missing datapoints applies to it then.
        """
        return self.period_s is None and isinstance(self.source, RouterSource)

    @property
    def compares(self) -> bool:
        """Whether its bound is relative to stable."""
        return self.bound is not None and self.bound.relative


@dataclass(frozen=True)
class CompositeAlarm:
    """An alarm made of others, which act through it only.

    Attributes:
        name: Its name; unique in its environment.
        operator: Whether all of them have to fire, or any.
        members: Their names; composites among them.
        during: When it, and with it they, are asked.
    """

    name: str
    operator: Operator
    members: tuple[str, ...]
    during: tuple[Moment, ...] = USUAL_MOMENTS


AnyAlarm = Alarm | CompositeAlarm

#: Watched when the configuration names no alarm: at most 5 % server errors.
DEFAULT_ALARMS: tuple[AnyAlarm, ...] = (
    Alarm("error_ratio", RouterSource("error_ratio"), Criterion(Comparison.AT_MOST, 0.05)),
)


def actors(alarms: Iterable[AnyAlarm], moments: Iterable[Moment]) -> tuple[AnyAlarm, ...]:
    """Return the alarms that decide at some moments: those that are no part of a composite."""
    asked, known = frozenset(moments), tuple(alarms)
    parts = {name for each in known if isinstance(each, CompositeAlarm) for name in each.members}
    return tuple(each for each in known if each.name not in parts and asked & set(each.during))


def watching(
    alarms: Iterable[AnyAlarm], moments: Iterable[Moment] = UNDER_WAY
) -> tuple[AnyAlarm, ...]:
    """Return alarms of which one watches while a rollout is under way; the default where none does.

    Nothing is promoted unwatched.

    Args:
        alarms: The alarms.
        moments: The moments that the rollout has.
    """
    known = tuple(alarms)
    if actors(known, moments):
        return known
    names = {each.name for each in known}
    return (*known, *(each for each in DEFAULT_ALARMS if each.name not in names))
