"""A deployment: a rollout under client traffic, journalled, measured and recorded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pytest_pipeline.domain.control_requests import ControlRequest
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.journal_entries import begun
from pytest_pipeline.domain.overlap_checks import with_overlap_check
from pytest_pipeline.domain.plans import Plan, without_migration
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.rollouts import Phase, begin
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.engine.alarms import AlarmDesk
from pytest_pipeline.engine.client_traffic import ClientTraffic
from pytest_pipeline.engine.deployment_figures import record_of
from pytest_pipeline.engine.instance_counts import InstanceCounts
from pytest_pipeline.engine.kept_sites import record_site
from pytest_pipeline.engine.rollout import Rollout, RolloutLog
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps.alarms import look_between_waits
from pytest_pipeline.engine.watch import Watch

TakeRequests = Callable[[], tuple[ControlRequest, ...]]

#: Traffic before the first step and after the last, seconds: so that both ends are seen to serve.
MARGIN_S = 0.5


def plan_for(site: Site, candidate: Release, strategy: str, *, migrates: bool = True) -> Plan:
    """Return the plan of a deployment at a site.

    Args:
        site: Where.
        candidate: What.
        strategy: Name of the strategy.
        migrates: Whether the candidate comes for the first time: its migration is run, and it is
            checked side by side with stable where the environment wants that.

    Raises:
        PlanError: If the strategy's options do not fit.
    """
    environment = site.environment
    stable = site.fleet_of(site.stable) if site.stable else None
    plan = plan_deployment(
        strategy,
        environment.options if strategy == environment.strategy else {},
        stable,
        site.fleet_of(candidate),
        minimum_healthy=environment.minimum_healthy,
    )
    if not migrates:
        return without_migration(plan)
    mixed = environment.mixed_versions
    return with_overlap_check(plan, mixed, stable, site.fleet_of(candidate)) if mixed else plan


def deploy(
    site: Site,
    candidate: Release,
    *,
    strategy: str,
    deployment: str,
    migrates: bool = True,
) -> DeploymentRecord:
    """Deploy a release to a site and record what its clients saw.

    The site's ``stable`` is the candidate afterwards if, and only if, the deployment succeeded.
    `concluding.conclude` writes down that it is over.

    Args:
        site: Where.
        candidate: What; the site has admitted it (`Site.admit`).
        strategy: Name of the strategy.
        deployment: Identifier of the deployment.
        migrates: Whether the candidate comes for the first time, see `plan_for`.

    Ctrl-C stops it, and a kept environment goes back first; the record says so.

    Raises:
        PipelineError: If the traffic could not be measured, or nothing can be written down.
    """
    plan = plan_for(site, candidate, strategy, migrates=migrates)
    return carry_out(site, candidate, plan, deployment=deployment)


def carry_out(
    site: Site,
    candidate: Release,
    plan: Plan,
    *,
    deployment: str,
    take_requests: TakeRequests | None = None,
) -> DeploymentRecord:
    """Carry out a plan at a site; see `deploy`.

    Args:
        site: Where.
        candidate: What; the site has admitted it (`Site.admit`).
        plan: How.
        deployment: Identifier of the deployment.
        take_requests: Returns what is asked of it; None for what people ask through the ledger.

    Raises:
        PipelineError: If the traffic could not be measured, or nothing can be written down.
    """
    stable = site.fleet_of(site.stable) if site.stable else None
    irreversible = site.run_of(candidate.number).irreversible
    state = begin(plan, stable, site.fleet_of(candidate), irreversible=irreversible)
    clock = site.tools.clock
    facts: dict[str, object] = {"rehearsal": site.rehearsal} if site.rehearsal else {}
    if site.draft is not None:
        facts["promotion"] = site.draft.to_json()
    site.tools.journal.append(
        deployment, begun(state, environment=site.environment.name, at=clock.utc(), **facts)
    )
    site.deployment = deployment
    record_site(site)
    site.counted.pop(candidate.name, None)
    log = RolloutLog(started_s=clock.now())
    watch = watch_over(site) if take_requests is None else Watch(clock, take_requests)
    return measure(Rollout(deployment, site, state, log, watch), candidate)


def watch_over(site: Site) -> Watch:
    """Return a watch that hears what people ask of the open deployment; all else is void.

    People may ask as soon as the environment is taken: that counts already.
    """
    name, ledger = site.environment.name, site.tools.ledger
    asked = [each for each in ledger.take_requests(name) if each.deployment == site.deployment]
    return Watch(
        site.tools.clock,
        lambda: ledger.take_requests(name),
        site.environment.progress_deadline_s,
        pending=asked,
    )


def measure(rollout: Rollout, candidate: Release) -> DeploymentRecord:
    """Run a rollout to its end under client traffic.

    Raises:
        PipelineError: If the traffic could not be measured, or nothing can be written down.
    """
    site, stable = rollout.site, rollout.site.stable
    traffic, counts = ClientTraffic(site), InstanceCounts(site)
    site.course.begin(tuple(site.fleet.values()))
    rollout.on_traffic = traffic.begin
    site.watched, site.failures, site.instance_counts = candidate.number, 0, counts
    watch = rollout.watch
    watch.alarms = AlarmDesk(site, rollout.state.plan)
    _remark_alarms(watch, watch.alarms)
    watch.between = partial(look_between_waits, site, watch)
    try:
        rollout.ask_before()
        watch.alarms.note_stable()
        if stable is not None:
            counts.begin(site.serving())
            traffic.begin()
            site.tools.clock.sleep(MARGIN_S)
        rollout.run()
        if rollout.state.phase is Phase.SUCCEEDED:
            site.stable = candidate
        site.tools.clock.sleep(MARGIN_S if traffic.probe else 0)
    except KeyboardInterrupt:
        rollout.log.interrupted = True
    finally:
        samples = traffic.end()
        site.watched = site.instance_counts = None
        site.minimum_healthy = 0
    course = site.course.course(stable.name if stable else None, candidate.name, samples)
    site.measured = course
    return record_of(rollout, course, candidate, stable, traffic.reconcile(counts))


def _remark_alarms(watch: Watch, desk: AlarmDesk) -> None:
    """Tell which alarms are asked otherwise than they are configured."""
    if desk.left_out:
        named = ", ".join(desk.left_out)
        watch.remark(f"no baseline: not asked, for there is no stable to compare with: {named}")
    if desk.moved:
        named = ", ".join(desk.moved)
        watch.remark(f"asked in the last wait, for this plan has no moment of theirs: {named}")
