"""A row of the comparison: what the trials of one strategy came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.comparisons import ComparedStrategy, StrategyFigures
from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.domain.strategy_figures import deploy_s, restored_s
from pytest_pipeline.domain.traffic import TrafficSummary, summarise

ABORTED = "taken back by an abort just before the old set is drained"
REDEPLOYED = "taken back by deploying the earlier release again"


@dataclass(frozen=True)
class Trial:
    """A deployment by one strategy, and its way back.

    Attributes:
        record: What the deployment came to.
        course: Its course.
        back: What the way back came to: an aborted deployment, or one of the earlier release; None
            when it was not tried.
        way_back: Its course; None as above.
    """

    record: DeploymentRecord
    course: Course
    back: DeploymentRecord | None = None
    way_back: Course | None = None


def figures_of(strategy: str, trials: Sequence[Trial], shortened: str = "") -> ComparedStrategy:
    """Return the row of a strategy, and the course of the trial that stands for it.

    Counts are summed up over all trials; of downtime, peak, cut-over and the way back the worst
    counts; times of the deployment are those of the trial with the median duration.

    Args:
        strategy: Name of the strategy.
        trials: At least one.
        shortened: Waits that are shorter than configured, in words.
    """
    typical = sorted(trials, key=lambda each: deploy_s(each.course))[(len(trials) - 1) // 2]
    records = [each.record for each in trials]
    backs = [each.back for each in trials if each.back]
    seen = _seen(typical)
    figures = StrategyFigures(
        strategy=strategy,
        status=str(next((r.status for r in records if not _succeeded(r)), records[0].status)),
        requests=sum(each.requests for each in records),
        lost_requests=sum(each.lost_requests for each in records),
        error_requests=sum(each.error_requests for each in records),
        downtime_ms=max(each.downtime_ms or 0.0 for each in records),
        mixed_requests=sum(each.mixed_requests for each in records),
        peak_instances=max(each.peak_instances for each in records),
        deploy_s=deploy_s(typical.course),
        critical_path_s=typical.record.critical_path_s or 0.0,
        cutover_ms=_worst(each.cutover_ms for each in records),
        rollback_s=_worst(rollback_s(each) for each in trials),
        rollback_lost_requests=sum(each.lost_requests for each in backs) if backs else None,
        p95_ms=seen.p95_ms,
        problems=tuple(dict.fromkeys(text for each in trials for text in _problems(each))),
        note="; ".join(filter(None, (_note(typical), shortened, _times(trials)))),
        mixed_ms=_worst(each.mixed_ms for each in records),
        failure="; ".join(dict.fromkeys(text for each in trials for text in _failures(each))),
    )
    return ComparedStrategy(figures, typical.course, typical.way_back)


def row_of_failure(strategy: str, failure: str) -> ComparedStrategy:
    """Return the row of a strategy that could not be tried."""
    figures = StrategyFigures(
        strategy=strategy,
        status=str(DeploymentStatus.FAILED),
        requests=0,
        lost_requests=0,
        error_requests=0,
        downtime_ms=0.0,
        mixed_requests=0,
        peak_instances=0,
        deploy_s=0.0,
        critical_path_s=0.0,
        cutover_ms=None,
        rollback_s=None,
        problems=("it could not be measured",),
        failure=failure,
    )
    return ComparedStrategy(figures, Course(None, "", 0.0, 0.0, ()))


def rollback_s(trial: Trial) -> float | None:
    """Return the time from the decision to go back to all traffic on the earlier release, seconds.

    Of an abort as its record says; of a deployment from its first step to its last shift.
    """
    if trial.back is None or trial.way_back is None:
        return None
    if trial.back.rollback_ms is not None:
        return trial.back.rollback_ms / 1000
    return restored_s(trial.way_back) if _succeeded(trial.back) else None


def _seen(trial: Trial) -> TrafficSummary:
    course = trial.course
    return summarise(course.samples, stable=course.stable, candidate=course.candidate)


def _succeeded(record: DeploymentRecord) -> bool:
    return record.status is DeploymentStatus.SUCCEEDED


def _worst(values: Iterable[float | None]) -> float | None:
    return max((each for each in values if each is not None), default=None)


def _failures(trial: Trial) -> list[str]:
    failures = [] if _succeeded(trial.record) else [trial.record.failure]
    back = trial.back
    if back and not _succeeded(back) and back.phase != str(Phase.ROLLED_BACK):
        failures.append(f"on the way back: {back.failure}")
    return failures


def _problems(trial: Trial) -> list[str]:
    problems: list[str] = []
    for when, record, course in (
        ("", trial.record, trial.course),
        ("on the way back: ", trial.back, trial.way_back),
    ):
        if record is None or course is None:
            continue
        if not course.samples:
            problems.append(f"{when}no request was sent")
        elif record.invalid:
            problems.append(f"{when}{record.invalid}")
    return problems


def _note(trial: Trial) -> str:
    if trial.back is None:
        return ""
    return REDEPLOYED if _succeeded(trial.back) else ABORTED


def _times(trials: Sequence[Trial]) -> str:
    return f"{len(trials)} trials" if len(trials) > 1 else ""
