"""Which strategy to take: the one with the least risk that the user's constraints allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.comparisons import StrategyFigures
from pytest_pipeline.domain.deployments import DeploymentStatus
from pytest_pipeline.domain.strategy_traits import StrategyTraits, traits_of
from pytest_pipeline.domain.textbook import TEXTBOOK

#: From the lowest risk to the highest, as the textbooks say (`TEXTBOOK`, risk).
BY_RISK = ("canary", "blue-green", "immutable", "rolling", "in-place")


@dataclass(frozen=True)
class Constraints:
    """What a user can bear.

    Attributes:
        replicas: Instances that serve; count, >= 1.
        downtime_allowed_s: Longest time without an answer, seconds, >= 0.
        spare_instances: Instances for which there is room beside those that serve; count, >= 0.
            None for as many as are wanted.
        stateful: Whether an instance owns data at its place, so that the new one can only start
            where the old one has stopped.
        rollback_budget_s: Longest time for going back, seconds, > 0. None for any.
        mixed_versions_forbidden: Whether two releases must never answer side by side.
    """

    replicas: int = 2
    downtime_allowed_s: float = 0.0
    spare_instances: int | None = None
    stateful: bool = False
    rollback_budget_s: float | None = None
    mixed_versions_forbidden: bool = False


@dataclass(frozen=True)
class Advice:
    """What is said of one strategy.

    Attributes:
        strategy: Its name.
        against: Why not, each for one constraint; empty when it fits all of them.
        said: In one line, for people.
    """

    strategy: str
    against: tuple[str, ...]
    said: str


@dataclass(frozen=True)
class Recommendation:
    """The strategy to take.

    Attributes:
        strategy: Its name; None where none fits.
        why: Why that one, or why none.
        others: What is said of each other one, by rising risk.
        measured: Whether the strategy was measured on the service itself; without one, whether
            any was.
    """

    strategy: str | None
    why: str
    others: tuple[Advice, ...]
    measured: bool


def recommend(constraints: Constraints, measured: Sequence[StrategyFigures] = ()) -> Recommendation:
    """Return the strategy with the least risk among those that the constraints allow.

    What was measured counts where it is there: a strategy that failed, or whose figures cannot be
    trusted, is not taken. Of one that was not measured, what follows from its plan with its default
    options counts, and what the textbooks say.

    Args:
        constraints: What the user can bear.
        measured: Rows of a comparison; may be empty or hold some strategies only.
    """
    rows = {each.strategy: each for each in measured}
    against = {
        name: _against(constraints, traits_of(name, constraints.replicas), rows.get(name))
        for name in BY_RISK
    }
    best = next((name for name in BY_RISK if not against[name]), None)
    others = tuple(
        Advice(name, reasons, _why_not(name, best, reasons))
        for name, reasons in against.items()
        if name != best
    )
    if best is None:
        return Recommendation(
            None, "no strategy fits: each breaks a constraint", others, bool(rows)
        )
    return Recommendation(best, _why(best, rows.get(best)), others, best in rows)


def _why(name: str, row: StrategyFigures | None) -> str:
    claims = TEXTBOOK[name]
    why = f"the lowest risk of those that fit ({claims.risk}); best for {claims.best_for}"
    if row is None:
        return why
    back = "" if row.rollback_s is None else f", back in {row.rollback_s:.2g} s"
    return (
        f"{why}; measured: {row.lost_requests} of {row.requests} requests lost, "
        f"{row.downtime_ms or 0:.0f} ms down{back}"
    )


def _why_not(name: str, best: str | None, reasons: tuple[str, ...]) -> str:
    return "; ".join(reasons) or f"fits, with more risk than {best} ({TEXTBOOK[name].risk})"


def _against(
    wanted: Constraints, traits: StrategyTraits, row: StrategyFigures | None
) -> tuple[str, ...]:
    trusted = None if row is None or row.problems else row  # else doubtful figures are quoted
    checked = (check(wanted, traits, trusted) for check in _CHECKS)
    return tuple(filter(None, (_failed(row), _not_known(row), *checked)))


def _failed(row: StrategyFigures | None) -> str:
    if row is None:
        return ""
    why = f": {row.failure}" if row.failure else ""
    if row.status != DeploymentStatus.SUCCEEDED:
        return f"its deployment ended {row.status}{why}"
    return f"it was measured, and failed{why}" if why else ""


def _not_known(row: StrategyFigures | None) -> str:
    if row is None or not row.problems or row.failure:
        return ""
    return f"not known: what was measured cannot be trusted ({'; '.join(row.problems)})"


def _requests(wanted: Constraints, _: StrategyTraits, row: StrategyFigures | None) -> str:
    """Refuse more lost requests and errors than are due in the downtime that is allowed."""
    if row is None:
        return ""
    lost, errors = row.lost_requests or 0, row.error_requests or 0
    rate = (row.requests or 0) / row.deploy_s if row.deploy_s else 0.0
    if lost + errors <= wanted.downtime_allowed_s * rate:
        return ""
    return (
        f"{lost} lost requests and {errors} errors of {row.requests or 0} requests were measured, "
        f"{wanted.downtime_allowed_s:g} s down are allowed"
    )


def _downtime(wanted: Constraints, traits: StrategyTraits, row: StrategyFigures | None) -> str:
    allowed = wanted.downtime_allowed_s
    if row is not None:
        down_s = (row.downtime_ms or 0.0) / 1000
        if down_s > allowed:
            return f"{down_s:.2g} s down were measured, {allowed:g} s are allowed"
        return ""
    if traits.least_serving:
        return ""
    if not allowed:
        return "nothing serves meanwhile, 0 s are allowed"
    return (
        f"nothing serves meanwhile: that it takes {allowed:g} s at most is not known, for it was "
        "not measured"
    )


def _room(wanted: Constraints, traits: StrategyTraits, row: StrategyFigures | None) -> str:
    if wanted.spare_instances is None:
        return ""
    # Figures of another number of replicas say nothing of this one's peak.
    extra = traits.extra_instances
    if extra <= wanted.spare_instances:
        return ""
    peak = row.peak_instances if row else None
    measured = "" if peak is None else f" ({peak} at the peak were measured)"
    return f"needs {extra} more instances{measured}, there is room for {wanted.spare_instances}"


def _state(wanted: Constraints, traits: StrategyTraits, _: StrategyFigures | None) -> str:
    if not wanted.stateful or traits.takes_over_places:
        return ""
    return "starts new instances beside the old ones, whose data they cannot own at the same time"


def _way_back(wanted: Constraints, traits: StrategyTraits, row: StrategyFigures | None) -> str:
    budget = wanted.rollback_budget_s
    if budget is None:
        return ""
    if row is not None and row.failure:
        return ""  # said by `_failed`
    if row is not None and row.rollback_s is not None:
        if row.rollback_s > budget:
            return f"{row.rollback_s:.2g} s to go back were measured, {budget:g} s are allowed"
        return ""
    if traits.keeps_old_set:
        return ""
    return (
        f"going back means to start the earlier release again: that it takes {budget:g} s at most "
        "is not known, for it was not measured"
    )


def _mixed(wanted: Constraints, traits: StrategyTraits, _: StrategyFigures | None) -> str:
    if not wanted.mixed_versions_forbidden or not traits.mixes:
        return ""
    return "both releases answer side by side for a while"


_CHECKS: tuple[Callable[[Constraints, StrategyTraits, StrategyFigures | None], str], ...] = (
    _downtime,
    _requests,
    _room,
    _state,
    _way_back,
    _mixed,
)
