"""Performs one step of a plan at a site, through ports."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pytest_pipeline.domain.alarms import AlarmReading, AlarmState, PoolStatistics, evaluate
from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.plans import (
    AwaitHealthy,
    Bake,
    Drain,
    Launch,
    Migrate,
    Shift,
    Step,
    Stop,
    describe,
)
from pytest_pipeline.domain.releases import Release, run_of
from pytest_pipeline.engine.ports import Command, Installed
from pytest_pipeline.engine.runtime import instance_command, instance_variables
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import HealthTimeoutError, ResourceError, TargetError, TargetStartError

#: How often readiness, drains and alarms are looked at, seconds.
POLL_S = 0.05
ALARM_POLL_S = 0.25
#: A readiness answer later than this counts as none, seconds.
READY_TIMEOUT_S = 2.0
#: How long after the bake time alarms may still gather the data they need, seconds.
PATIENCE_S = 10.0
#: Instances that are stopped at the same time.
AT_ONCE = 8


def perform(step: Step, site: Site) -> None:
    """Perform a step; doing it again after it was done changes nothing.

    Raises:
        PipelineError: If it cannot be done, or an alarm fired.
    """
    site.tools.progress.busy(f"{site.environment.name}: {describe(step)}")
    match step:
        case Migrate(release):
            migrate(site, *site.releases[release])
        case Launch():
            _launch(site, step)
        case AwaitHealthy():
            _await_healthy(site, step)
        case Shift():
            _shift(site, step)
        case Drain(instances):
            _drain(site, instances)
        case Stop(instances):
            _stop(site, instances)
        case Bake(duration_s):
            _bake(site, duration_s)


def migrate(site: Site, release: Release, installed: Installed) -> None:
    """Run the migration of a release to its end.

    Raises:
        TargetError: If it fails; carries its output.
    """
    run = run_of(release.configuration)
    if not run.migrate:
        return
    name = f"{release.name}-migrate"
    values = site.placeholders(release, installed, name)
    command = Command(
        argv=instance_command(run.migrate, values),
        cwd=installed.folder,
        env=instance_variables(site.tools.variables, run.variables, values, installed),
        log=site.folder / f"{name}.log",
        name=f"migration of {release.name} ({site.environment.name})",
    )
    done = site.tools.processes.run(command, timeout_s=run.migrate_timeout_s)
    if done.exit_code != 0:
        how = (
            f"did not end within {run.migrate_timeout_s:g} s"
            if done.exit_code is None
            else f"ended with exit code {done.exit_code}"
        )
        raise TargetError(f"{command.name} {how}", output=done.output[-4000:])


def _launch(site: Site, step: Launch) -> None:
    ports = dict(zip(step.instances, (site.ports[each] for each in step.replaces), strict=False))
    for instance in step.instances:
        known = site.fleet.get(instance)
        if known is not None and site.target.is_running(known):
            continue
        request = site.launch_request(instance, step.release, port=ports.get(instance))
        site.fleet[instance] = site.target.launch(request)
        site.ports[instance] = site.fleet[instance].port


def _await_healthy(site: Site, step: AwaitHealthy) -> None:
    clock = site.tools.clock
    release = site.releases[site.fleet[step.instances[0]].release][0]
    run = run_of(release.configuration)
    deadline = clock.now() + run.deploy_timeout_s
    ready_since: float | None = None
    while True:
        waiting = _not_ready(site, step.instances, run.ready)
        if not waiting:
            ready_since = clock.now() if ready_since is None else ready_since
            if clock.now() - ready_since >= step.min_ready_s:
                return
        else:
            ready_since = None
            if release != site.stable:  # the way back is tried whatever died
                _resources_alive(site)
        if clock.now() > deadline + step.min_ready_s:
            instance, answer = next(iter(waiting.items()), (step.instances[0], "was unsteady"))
            raise HealthTimeoutError(
                f"{instance} was not ready within {run.deploy_timeout_s:g} s: "
                f"{run.ready} answered {answer}",
                output=site.log_tail(instance),
            )
        clock.sleep(POLL_S)


def _not_ready(site: Site, instances: tuple[str, ...], path: str) -> dict[str, str]:
    """Return what instances answered that are not ready; raise for one that is gone."""
    waiting = {}
    for each in instances:
        instance = site.fleet[each]
        if not site.target.is_running(instance):
            raise TargetStartError(
                f"{each} ended before it was ready", output=site.target.log_tail(instance)
            )
        answer = site.tools.health.ready(instance.url + path, timeout_s=READY_TIMEOUT_S)
        if answer is not None:
            waiting[each] = answer
    return waiting


def _shift(site: Site, step: Shift) -> None:
    shares: dict[int, tuple[int, tuple[str, ...]]] = {}
    for percent, instances in (
        (100 - step.candidate_percent, step.stable),
        (step.candidate_percent, step.candidate),
    ):
        if instances:
            release = site.fleet[instances[0]].release
            shares[release] = (percent, instances)
    for release in shares:
        pool = f"r{release}"
        site.counted.setdefault(pool, site.router.statistics(pool))
    site.route(shares)


def _drain(site: Site, instances: tuple[str, ...]) -> None:
    """Wait for requests in flight; at the deadline go on, what is cut off then is measured."""
    clock = site.tools.clock
    for each in instances:
        known = site.fleet.get(each)
        if known is None or not site.target.is_running(known):
            continue
        deadline = (
            clock.now() + run_of(site.releases[known.release][0].configuration).drain_timeout_s
        )
        while site.router.active_requests(each) and clock.now() < deadline:
            clock.sleep(POLL_S)


def _stop(site: Site, instances: tuple[str, ...]) -> None:
    def stop(instance: Instance) -> None:
        run = run_of(site.releases[instance.release][0].configuration)
        site.target.stop(instance, grace_s=run.drain_timeout_s)

    known = [site.fleet[each] for each in instances if each in site.fleet]
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        list(pool.map(stop, known))
    site.forget(instances)


def _bake(site: Site, duration_s: float) -> None:
    """Watch alarms, instances and resources; data that stay missing fail, they never pass."""
    clock = site.tools.clock
    ends = clock.now() + duration_s
    while True:
        _resources_alive(site)
        _all_alive(site)
        readings = read_alarms(site)
        fired = [each for each in readings if each.state is AlarmState.ALARM]
        if fired:
            raise TargetError(f"alarm: {'; '.join(map(str, fired))}", output=_candidate_log(site))
        missing = [each for each in readings if each.state is AlarmState.INSUFFICIENT_DATA]
        now = clock.now()
        if now >= ends and not missing:
            return
        if now >= ends + PATIENCE_S:
            raise TargetError(f"alarm without data: {'; '.join(map(str, missing))}")
        clock.sleep(min(ALARM_POLL_S, max(POLL_S, ends - now)))


def read_alarms(site: Site) -> list[AlarmReading]:
    """Evaluate the environment's alarms on what the watched release answered since its shift."""
    if site.watched is None:
        return []
    pool = f"r{site.watched}"
    counted = site.router.statistics(pool).since(site.counted.get(pool, PoolStatistics()))
    return [evaluate(alarm, counted) for alarm in site.environment.alarms]


def _resources_alive(site: Site) -> None:
    dead = site.broken_resources()
    if dead:
        raise ResourceError("; ".join(dead))


def _all_alive(site: Site) -> None:
    for instance in site.fleet.values():
        if not site.target.is_running(instance):
            raise TargetStartError(
                f"{instance.id} ended while it served", output=site.target.log_tail(instance)
            )


def _candidate_log(site: Site) -> str:
    failed = next((each for each in site.fleet.values() if each.release == site.watched), None)
    return site.target.log_tail(failed) if failed else ""
