"""What a deployment came to: figures from its log and its client traffic."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.measurement_validity import traffic_problems
from pytest_pipeline.domain.reconciliation import Reconciliation
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.rollback_triggers import RollbackTrigger
from pytest_pipeline.domain.rollouts import Phase, RolloutState
from pytest_pipeline.domain.strategy_figures import (
    critical_path_s,
    downtime_ms,
    mixed_requests,
    peak_instances,
    restored_s,
    switch_ms,
    switch_times,
)
from pytest_pipeline.domain.traffic import Outcome, RequestSample, TrafficSummary, summarise
from pytest_pipeline.engine.rollout import Rollout, RolloutLog
from pytest_pipeline.engine.site import Site

#: From here on the probe's own lag is noted with the figures, milliseconds.
LAG_NOTED_MS = 100.0


def record_of(
    rollout: Rollout,
    course: Course,
    candidate: Release,
    stable: Release | None,
    beside: Reconciliation,
) -> DeploymentRecord:
    """Return the record of a rollout that has ended, or was broken off.

    Args:
        rollout: The rollout.
        course: What happened when, with every request of its client traffic.
        candidate: What was deployed.
        stable: What served before; None for a first deployment.
        beside: The traffic beside what the router and the instances saw of it.
    """
    site, log, state, samples = rollout.site, rollout.log, rollout.state, course.samples
    seen = summarise(samples, stable=stable.name if stable else None, candidate=candidate.name)
    failed = state.phase is not Phase.SUCCEEDED
    return DeploymentRecord(
        id=rollout.deployment,
        environment=site.environment.name,
        strategy=rollout.strategy,
        status=_status(state, log),
        stable=stable.name if stable else None,
        candidate=candidate.name,
        artifact=candidate.artifact,
        requests=seen.requests,
        lost_requests=seen.lost_requests + beside.saved_requests,
        error_requests=seen.error_requests,
        longest_gap_ms=seen.longest_gap_ms if samples else None,
        cutover_ms=switch_ms(course) if stable and samples and not failed else None,
        detection_ms=_detection_ms(log, samples) if failed else None,
        rollback_ms=_between_ms(log.decided_s, log.restored_s) if stable else None,
        duration_s=site.tools.clock.now() - log.started_s,
        rolled_back=state.phase is Phase.ROLLED_BACK and stable is not None,
        rollback_failed=state.phase is Phase.ROLLBACK_FAILED,
        phase=str(state.phase),
        trigger=str(state.trigger or ""),
        interrupted=log.interrupted,
        failure="; ".join(filter(None, _failures(state, log))),
        serving=_serving(site),
        log_tail=log.output,
        note="; ".join(_notes(log, seen, stable, beside)),
        retried_requests=beside.retried_requests,
        reconciliation=(*beside.problems, *beside.findings),
        invalid="; ".join((*_traffic_problems(site, course), *beside.problems)),
        alarms=rollout.watch.alarms.reports if rollout.watch.alarms else (),
        mixed_ms=seen.mixed_ms,
        downtime_ms=downtime_ms(samples) if samples else None,
        mixed_requests=mixed_requests(course),
        peak_instances=peak_instances(course),
        critical_path_s=critical_path_s(course),
        all_traffic_ms=None if failed or rollout.resumed else _milliseconds(restored_s(course)),
        rehearsal=site.rehearsal,
    )


def _traffic_problems(site: Site, course: Course) -> tuple[str, ...]:
    rate = site.environment.probe.rate
    return traffic_problems(course.samples, rate=rate, switches=switch_times(course))


def _failures(state: RolloutState, log: RolloutLog) -> tuple[str, ...]:
    stopped = "stopped by Ctrl-C" if log.interrupted and not state.failure else ""
    over = state.phase is Phase.ROLLBACK_FAILED
    return (stopped, state.failure, log.router_failure, state.rollback_failure if over else "")


def _status(state: RolloutState, log: RolloutLog) -> DeploymentStatus:
    if state.phase is Phase.SUCCEEDED:
        return DeploymentStatus.SUCCEEDED
    asked = log.interrupted or state.trigger is RollbackTrigger.STOP_ON_REQUEST
    return DeploymentStatus.STOPPED if asked else DeploymentStatus.FAILED


def _detection_ms(log: RolloutLog, samples: Sequence[RequestSample]) -> float | None:
    """Return the time from the first sign of trouble to the decision to go back.

    The first sign is the first request that a client saw fail; without one, the beginning of the
    step that failed.
    """
    bad = (
        each.done_s
        for each in samples
        if each.outcome is not Outcome.OK and each.done_s >= log.started_s
    )
    first = min(bad, default=None)
    if log.decided_s is not None and (first is None or first > log.decided_s):
        first = log.failing_step_s
    return _between_ms(first, log.decided_s)


def _between_ms(start_s: float | None, end_s: float | None) -> float | None:
    return None if start_s is None or end_s is None else max(0.0, (end_s - start_s) * 1000)


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


def _notes(
    log: RolloutLog, seen: TrafficSummary, stable: Release | None, beside: Reconciliation
) -> list[str]:
    notes = list(log.notes)
    if stable is None:
        notes.insert(0, "first deployment: traffic is measured from the first healthy answer")
    if seen.generator_lag_ms > LAG_NOTED_MS:
        notes.append(
            f"the probe lagged by up to {seen.generator_lag_ms:.0f} ms: gaps may look longer "
            "than they were"
        )
    if beside.saved_requests:
        notes.append(
            f"{beside.saved_requests} lost requests were hidden from their clients by a retry"
        )
    if seen.details:
        notes.append(", ".join(f"{count} x {detail}" for detail, count in seen.details))
    return notes


def _serving(site: Site) -> str:
    """Say what the router sends traffic to now."""
    if not site.router.is_running():
        return "nothing, for the router is dead"
    shares = [
        f"{pool.name} ({pool.weight_percent} %)" for pool in site.table.pools if pool.weight_percent
    ]
    return ", ".join(shares) or "nothing"
