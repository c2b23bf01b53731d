"""A deployment: a rollout under client traffic, measured and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.plans import Plan
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.rollouts import Phase, RolloutState, begin
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.domain.traffic import Outcome, RequestSample, TrafficSummary, summarise
from pytest_pipeline.engine.ports import Installed, RunningProbe
from pytest_pipeline.engine.rollout import Rollout, RolloutLog
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import PipelineError

#: Traffic before the first step and after the last, seconds: so that both ends are seen to serve.
MARGIN_S = 0.5
#: From here on the probe's own lag is noted with the figures, milliseconds.
LAG_NOTED_MS = 100.0


def plan_for(site: Site, candidate: Release, strategy: str) -> Plan:
    """Return the plan of a deployment at a site.

    Raises:
        PlanError: If the strategy's options do not fit.
    """
    stable = site.fleet_of(site.stable) if site.stable else None
    options = site.environment.options if strategy == site.environment.strategy else {}
    return plan_deployment(strategy, options, stable, site.fleet_of(candidate))


@dataclass
class Traffic:
    """The probe of one deployment; it starts when something can answer.

    Attributes:
        site: Where.
        probe: The running probe; None until it starts.
    """

    site: Site
    probe: RunningProbe | None = None
    samples: list[RequestSample] = field(default_factory=list)

    def begin(self) -> None:
        """Start to send."""
        if self.probe is None:
            site = self.site
            folder = site.folder / "traffic"
            folder.mkdir(parents=True, exist_ok=True)
            self.probe = site.tools.probe.start(
                site.router.url, site.environment.probe, folder=folder
            )

    def end(self) -> tuple[RequestSample, ...]:
        """Stop to send and return every request so far; none when it never started."""
        if self.probe is not None:
            self.samples += self.probe.stop()
            self.probe = None
        return tuple(self.samples)


def deploy(
    site: Site, candidate: Release, installed: Installed, *, strategy: str, deployment: str
) -> DeploymentRecord:
    """Deploy a release to a site and record what its clients saw.

    The site's ``stable`` is the candidate afterwards if, and only if, the deployment succeeded.

    Args:
        site: Where.
        candidate: What.
        installed: Its artifact, verified.
        strategy: Name of the strategy.
        deployment: Identifier of the deployment.

    Ctrl-C stops it, and a kept environment goes back first; the record says so.

    Raises:
        PipelineError: If the traffic could not be measured.
    """
    clock = site.tools.clock
    site.admit(candidate, installed)
    site.watched = candidate.number
    site.counted.pop(candidate.name, None)
    plan = plan_for(site, candidate, strategy)
    stable = site.stable
    state = begin(plan, site.fleet_of(stable) if stable else None, site.fleet_of(candidate))
    traffic = Traffic(site)
    log = RolloutLog(started_s=clock.now())
    rollout = Rollout(deployment, site, state, log, on_traffic=traffic.begin)
    try:
        if stable is not None:
            traffic.begin()
            clock.sleep(MARGIN_S)
        rollout.run()
        if rollout.state.phase is Phase.SUCCEEDED:
            site.stable = candidate
        clock.sleep(MARGIN_S if traffic.probe else 0)
    except KeyboardInterrupt:
        log.interrupted = True
    finally:
        samples = traffic.end()
        site.watched = None
    return _record(rollout, samples, candidate, stable, strategy)


def _record(
    rollout: Rollout,
    samples: Sequence[RequestSample],
    candidate: Release,
    stable: Release | None,
    strategy: str,
) -> DeploymentRecord:
    site, log, state = rollout.site, rollout.log, rollout.state
    seen = summarise(samples, stable=stable.name if stable else None, candidate=candidate.name)
    failed = state.phase is not Phase.SUCCEEDED
    return DeploymentRecord(
        id=rollout.deployment,
        environment=site.environment.name,
        strategy=strategy,
        status=_status(state, log),
        stable=stable.name if stable else None,
        candidate=candidate.name,
        artifact=candidate.artifact,
        requests=seen.requests,
        lost_requests=seen.lost_requests,
        error_requests=seen.error_requests,
        longest_gap_ms=seen.longest_gap_ms if samples else None,
        cutover_ms=seen.cutover_ms,
        detection_ms=_detection_ms(log, samples) if failed else None,
        rollback_ms=_between_ms(log.decided_s, log.restored_s) if stable else None,
        duration_s=site.tools.clock.now() - log.started_s,
        rolled_back=state.phase is Phase.ROLLED_BACK and stable is not None,
        rollback_failed=state.phase is Phase.ROLLBACK_FAILED,
        failure="; ".join(filter(None, _failures(state, log))),
        serving=_serving(site),
        log_tail=log.output,
        note="; ".join(_notes(log, seen, stable)),
    )


def _failures(state: RolloutState, log: RolloutLog) -> tuple[str, ...]:
    stopped = "stopped by Ctrl-C" if log.interrupted and not state.failure else ""
    return (stopped, state.failure, log.router_failure, state.rollback_failure)


def _status(state: RolloutState, log: RolloutLog) -> DeploymentStatus:
    if state.phase is Phase.SUCCEEDED:
        return DeploymentStatus.SUCCEEDED
    return DeploymentStatus.STOPPED if log.interrupted else DeploymentStatus.FAILED


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


def _notes(log: RolloutLog, seen: TrafficSummary, stable: Release | None) -> list[str]:
    notes = list(log.notes)
    if stable is None:
        notes.insert(0, "first deployment: traffic is measured from the first healthy answer")
    if seen.generator_lag_ms > LAG_NOTED_MS:
        notes.append(
            f"the probe lagged by up to {seen.generator_lag_ms:.0f} ms: gaps may look longer "
            "than they were"
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


def broken(site: Site) -> str:
    """Return what of a site died on its own, in words; empty when all is well."""
    try:
        router = "" if site.router.is_running() else f"the router of {site.environment.name} died"
    except PipelineError as error:
        router = str(error)
    gone = sorted(set(site.fleet) - site.running())
    instances = f"instances of {site.environment.name} died: {', '.join(gone)}" if gone else ""
    return "; ".join(filter(None, (*site.broken_resources(), router, instances)))
