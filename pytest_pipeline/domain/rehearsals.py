"""Rehearsals: a release is deployed, taken back and deployed again before it counts as promoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.gates import Gate, Objective, ObjectiveResult, judge
from pytest_pipeline.domain.verdicts import Verdict, worst


class Leg(StrEnum):
    """The deployments of a rehearsal, N being what serves before it.

    ``RETURN`` is made only when the gate refused after ``AGAIN``: N serves in the end.
    """

    FORWARD = "forward"
    BACK = "back"
    AGAIN = "again"
    RETURN = "return"

    def deployment(self, first: str) -> str:
        """Return the identifier of this deployment, from that of the first."""
        return first if self is Leg.FORWARD else f"{first}-{self}"


_NONE_LOST = Criterion(Comparison.AT_MOST, 0)
_WITHIN_30_S = Criterion(Comparison.AT_MOST, 30)


@dataclass(frozen=True)
class RehearsalLimits:
    """What a rehearsal has to keep.

    Attributes:
        lost_requests: Bound of the requests lost in its three deployments together; count.
        rollback_s: Bound of the time from the beginning of the deployment back to all traffic on
            all instances of what served before, seconds. The default is what an on-call engineer
            can watch.
        error_requests: Bound of the requests that an instance answered 5xx, likewise; None for
            none, for alarms watch these already.
    """

    lost_requests: Criterion = _NONE_LOST
    rollback_s: Criterion = _WITHIN_30_S
    error_requests: Criterion | None = None

    @property
    def gate(self) -> Gate:
        """The limits as a gate."""
        return Gate(tuple(Objective(name, (each,)) for name, each in self._named()))

    def __str__(self) -> str:
        """Return the limits in words."""
        return ", ".join(f"{name} {each}" for name, each in self._named())

    def _named(self) -> list[tuple[str, Criterion]]:
        named = [("lost_requests", self.lost_requests), ("rollback_s", self.rollback_s)]
        if self.error_requests is not None:
            named.append(("error_requests", self.error_requests))
        return named


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal came to.

    Attributes:
        environment: Where.
        stable: Name of the release that served before it; None when there was none.
        candidate: Name of the release that was rehearsed.
        deployments: Identifiers of its deployments, in order.
        objectives: Its limits, judged.
    """

    environment: str
    stable: str | None
    candidate: str
    deployments: tuple[str, ...]
    objectives: tuple[ObjectiveResult, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of its objectives."""
        return worst(each.verdict for each in self.objectives)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the verdict is what it is."""
        return tuple(
            f"{each.measure}: {each.reason}"
            for each in self.objectives
            if each.verdict is self.verdict
        )


def first_release(environment: str, candidate: str) -> Rehearsal:
    """Return the rehearsal of a release before which none was promoted: there is no way back."""
    told = "no-baseline: first release, nothing to rehearse against"
    result = ObjectiveResult("lost_requests", None, Verdict.WARN, told)
    return Rehearsal(environment, None, candidate, (), (result,))


def judge_rehearsal(limits: RehearsalLimits, records: Sequence[DeploymentRecord]) -> Rehearsal:
    """Judge the deployments of a rehearsal so far.

    What no valid traffic measured is INCONCLUSIVE, however many other deployments were measured.

    Args:
        limits: What it has to keep.
        records: Its deployments, ``FORWARD`` first; >= 1.
    """
    first = records[0]
    failed = [each for each in records if each.status is not DeploymentStatus.SUCCEEDED]
    if failed:
        done = float(len(records) - len(failed))
        told = f"the deployment {failed[0].rehearsal} failed: {failed[0].failure}"
        objectives: tuple[ObjectiveResult, ...] = (
            ObjectiveResult("deployments", done, Verdict.FAIL, told),
        )
    else:
        objectives = judge(limits.gate, measurements(records)).results
    names = tuple(each.id for each in records)
    return Rehearsal(first.environment, first.stable, first.candidate, names, objectives)


def measurements(records: Sequence[DeploymentRecord]) -> dict[str, float]:
    """Return what a rehearsal's deployments measured, by the names of the limits."""
    found: dict[str, float] = {}
    if not any(map(unmeasured, records)):
        found["lost_requests"] = sum(each.lost_requests for each in records)
        found["error_requests"] = sum(each.error_requests for each in records)
    for each in records:
        if each.rehearsal == Leg.BACK and each.all_traffic_ms is not None:
            found["rollback_s"] = round(each.all_traffic_ms / 1000, 3)
    return found


def unmeasured(record: DeploymentRecord) -> bool:
    """Return whether a deployment's traffic says nothing about lost requests."""
    return not record.requests or bool(record.invalid)


def intended(stable: str | None, candidate: str, strategy: str, limits: RehearsalLimits) -> str:
    """Return a rehearsal that is still to be made, in words.

    Args:
        stable: Name of the release that serves; None for none.
        candidate: Name of the release that is to be rehearsed.
        strategy: Name of the strategy.
        limits: What it has to keep.
    """
    if stable is None:
        return "rehearsal: none, for a first release there is nothing to go back to"
    way = f"{stable} > {candidate} > {stable} > {candidate}"
    return f"rehearsal: {way}, each by {strategy}; promoted if {limits}"
