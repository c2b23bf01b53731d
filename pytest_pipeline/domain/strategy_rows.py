"""A row of the comparison: what the trials of one strategy came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.comparisons import ComparedStrategy, StrategyFigures
from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.exposure import exposed_requests
from pytest_pipeline.domain.strategy_figures import deploy_s, restored_s
from pytest_pipeline.domain.traffic import TrafficSummary, summarise
from pytest_pipeline.domain.traffic_success import no_success
from pytest_pipeline.domain.ways_back import WayBack, way_back_failure

_BACK = "on the way back: "


@dataclass(frozen=True)
class Trial:
    """A deployment by one strategy, and its way back.

    Attributes:
        record: What the deployment came to.
        course: Its course.
        back: What the way back came to: an aborted deployment, or one of the earlier release; None
            when it was not tried.
        way_back: Its course; None as above.
        meant: Which way back was meant.
        asked: Whether the abort was asked for, see `ways_back.way_back_failure`.
    """

    record: DeploymentRecord
    course: Course
    back: DeploymentRecord | None = None
    way_back: Course | None = None
    meant: WayBack = WayBack.REDEPLOYED
    asked: bool = False

    @property
    def back_failure(self) -> str:
        """Why the way back is not the one that was meant; empty when it is, or was not tried."""
        if self.back is None:
            return ""
        return way_back_failure(self.meant, self.back, asked=self.asked)


def figures_of(
    strategy: str, trials: Sequence[Trial], shortened: str = "", *, failure: str = ""
) -> ComparedStrategy:
    """Return the row of a strategy, and the course of the trial that stands for it.

    Counts are summed up over all trials; of downtime, peak, cut-over and the way back the worst
    counts; times of the deployment are those of the trial with the median duration.

    Args:
        strategy: Name of the strategy.
        trials: At least one.
        shortened: Waits that are not as configured, in words.
        failure: Why a later trial could not be made; empty when all were.
    """
    typical = sorted(trials, key=lambda each: deploy_s(each.course))[(len(trials) - 1) // 2]
    records = [each.record for each in trials]
    backs = [each.back for each in trials if each.back]
    seen = _seen(typical)
    figures = StrategyFigures(
        strategy=strategy,
        status=_status(records, failure),
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
        note="; ".join(dict.fromkeys(_notes(typical, trials, shortened))),
        mixed_ms=_worst(each.mixed_ms for each in records),
        failure="; ".join(dict.fromkeys((*_all_failures(trials), *filter(None, (failure,))))),
        reconciliation=tuple(dict.fromkeys(t for each in trials for t in _findings(each))),
        retried_requests=sum(each.retried_requests for each in (*records, *backs)),
        exposed_requests=sum(exposed_requests(each.course) for each in trials),
    )
    return ComparedStrategy(figures, typical.course, typical.way_back)


def row_of_failure(strategy: str, failure: str) -> ComparedStrategy:
    """Return the row of a strategy that could not be tried."""
    figures = StrategyFigures(
        strategy=strategy,
        status=str(DeploymentStatus.FAILED),
        requests=None,
        lost_requests=None,
        error_requests=None,
        downtime_ms=None,
        mixed_requests=None,
        peak_instances=None,
        deploy_s=None,
        critical_path_s=None,
        cutover_ms=None,
        rollback_s=None,
        problems=("it could not be measured",),
        failure=failure,
    )
    return ComparedStrategy(figures, Course(None, "", 0.0, 0.0, ()))


def rollback_s(trial: Trial) -> float | None:
    """Return the time from the decision to go back to all traffic on the earlier release, seconds.

    Of an abort as its record says; of a deployment from its first step to its last shift. None
    where it was not tried, or is not the way back that was meant.
    """
    if trial.back is None or trial.way_back is None or trial.back_failure:
        return None
    if trial.meant is WayBack.REDEPLOYED:
        return restored_s(trial.way_back)
    back_ms = trial.back.rollback_ms
    return None if back_ms is None else back_ms / 1000


def _seen(trial: Trial) -> TrafficSummary:
    course = trial.course
    return summarise(course.samples, stable=course.stable, candidate=course.candidate)


def _succeeded(record: DeploymentRecord) -> bool:
    return record.status is DeploymentStatus.SUCCEEDED


def _worst(values: Iterable[float | None]) -> float | None:
    return max((each for each in values if each is not None), default=None)


def _status(records: Sequence[DeploymentRecord], failure: str) -> str:
    bad = next((each.status for each in records if not _succeeded(each)), None)
    if bad is None and failure:
        bad = DeploymentStatus.FAILED
    return str(bad or records[0].status)


def _all_failures(trials: Sequence[Trial]) -> Iterator[str]:
    for each in trials:
        if not _succeeded(each.record):
            yield each.record.failure or f"its deployment ended {each.record.status}"
        if each.back_failure:
            yield f"{_BACK}{each.back_failure}"


def _parts(trial: Trial) -> Iterator[tuple[str, DeploymentRecord, Course]]:
    yield "", trial.record, trial.course
    if trial.back is not None and trial.way_back is not None:
        yield _BACK, trial.back, trial.way_back


def _problems(trial: Trial) -> Iterator[str]:
    for when, record, course in _parts(trial):
        if not course.samples:
            yield f"{when}no request was sent"
            continue
        if record.invalid:
            yield f"{when}{record.invalid}"
        useless = no_success(course.samples)
        if useless:
            yield f"{when}{useless}"


def _findings(trial: Trial) -> Iterator[str]:
    there = trial.record.reconciliation
    yield from there
    if trial.back is not None:
        yield from (f"{_BACK}{each}" for each in trial.back.reconciliation if each not in there)


def _notes(typical: Trial, trials: Sequence[Trial], shortened: str) -> Iterator[str]:
    if typical.back is not None and not typical.back_failure:
        yield str(typical.meant)
    if shortened:
        yield shortened
    if len(trials) > 1:
        yield f"{len(trials)} trials"
    for trial in trials:
        yield from (f"{when}{record.note}" for when, record, _ in _parts(trial) if record.note)
