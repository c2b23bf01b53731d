"""Waits for instances to be ready, and says which are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_pipeline.domain.plans import AwaitHealthy
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps.launching import start
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import HealthTimeoutError, TargetError, TargetStartError

#: How often readiness is asked for, seconds.
POLL_S = 0.05
#: The same of instances that are to stay ready, seconds.
STEADY_POLL_S = 0.25
#: A readiness answer later than this counts as none, seconds.
READY_TIMEOUT_S = 2.0


def await_healthy(site: Site, step: AwaitHealthy, watch: Watch) -> None:
    """Wait until all instances are ready; launch as many anew as may fail.

    Raises:
        HealthTimeoutError: If one is not ready in time.
        TargetStartError: If one ended.
        TargetError: If one of the release that serves already ended meanwhile.
        ResourceError: If what they need died.
    """
    while True:
        try:
            _await_all(site, step, watch)
        except (TargetStartError, HealthTimeoutError) as error:
            failed = _failed(site, step)
            site.failures += max(1, len(failed))
            if not failed or site.failures > step.max_failures:
                raise
            site.tools.progress.line(
                f"{site.environment.name}: {error}; launching {', '.join(failed)} anew "
                f"({site.failures} of {step.max_failures} failures allowed)"
            )
            for each in failed:
                _relaunch(site, each)
        else:
            for each in step.instances:
                site.target.settle(site.fleet[each])
            return


def is_ready(site: Site, identifier: str) -> bool:
    """Return whether an instance runs and answers its readiness path."""
    instance = site.fleet.get(identifier)
    if instance is None or not site.target.is_running(instance):
        return False
    url = instance.url + site.run_of(instance.release).ready
    return site.tools.health.ready(url, timeout_s=READY_TIMEOUT_S) is None


def not_ready(site: Site, identifiers: Sequence[str]) -> list[str]:
    """Return those of some instances that do not run or are not ready."""
    answers = site.tools.concurrently(lambda each: is_ready(site, each), identifiers)
    return [each for each, ready in zip(identifiers, answers, strict=True) if not ready]


def _await_all(site: Site, step: AwaitHealthy, watch: Watch) -> None:
    clock = site.tools.clock
    release = site.releases[site.fleet[step.instances[0]].release][0]
    run = site.run_of(release.number)
    deadline = clock.now() + run.deploy_timeout_s
    ready_since: float | None = None
    waiting: dict[str, str] = {}
    needed_s = 0.0
    while True:
        _demand_running(site, step.instances)
        # Those that were ready are asked again when all are: large fleets take long to ask.
        left_s = deadline + step.min_ready_s - clock.now()
        asked = waiting or step.instances
        waiting = _not_ready(site, asked, left_s)
        if not waiting and len(asked) < len(step.instances):
            waiting = _not_ready(site, step.instances, left_s)
        if waiting:
            ready_since, now = None, clock.now()
            needed_s = max(site.course.since_spawned(each, now) for each in waiting)
            if release != site.stable:  # the way back is tried whatever died
                site.demand_resources()
                _demand_life_of_serving(site, release.number)
        else:
            ready_since = clock.now() if ready_since is None else ready_since
            if clock.now() - ready_since >= step.min_ready_s:
                site.course.needed(needed_s + step.min_ready_s)
                return
        if clock.now() > deadline + step.min_ready_s:
            instance, answer = next(iter(waiting.items()), (step.instances[0], "was unsteady"))
            raise HealthTimeoutError(
                f"{instance} was not ready within {run.deploy_timeout_s:g} s: "
                f"{run.ready} answered {answer}",
                output=site.log_tail(instance),
            )
        watch.look()
        clock.sleep(POLL_S if waiting else STEADY_POLL_S)


def _demand_running(site: Site, instances: Iterable[str]) -> None:
    for each in instances:
        instance = site.fleet[each]
        if not site.target.is_running(instance):
            raise TargetStartError(
                f"{each} ended before it was ready", output=site.target.log_tail(instance)
            )


def _demand_life_of_serving(site: Site, release: int) -> None:
    """Refuse to wait for more instances of a release while one that serves clients is dead."""
    for each in sorted(site.serving()):
        instance = site.fleet.get(each)
        if instance is None or instance.release != release or site.target.is_running(instance):
            continue
        raise TargetError(f"{each} ended while it served", output=site.target.log_tail(instance))


def _not_ready(site: Site, instances: Iterable[str], left_s: float) -> dict[str, str]:
    """Return what instances answered that are not ready."""
    timeout_s = min(READY_TIMEOUT_S, max(left_s, POLL_S))

    def ask(identifier: str) -> str | None:
        instance = site.fleet[identifier]
        url = instance.url + site.run_of(instance.release).ready
        return site.tools.health.ready(url, timeout_s=timeout_s)

    asked = list(instances)
    answers = zip(asked, site.tools.concurrently(ask, asked), strict=True)
    return {each: answer for each, answer in answers if answer is not None}


def _failed(site: Site, step: AwaitHealthy) -> list[str]:
    return not_ready(site, step.instances)


def _relaunch(site: Site, identifier: str) -> None:
    failed = site.fleet[identifier]
    site.target.stop(failed, grace_s=site.run_of(failed.release).drain_timeout_s)
    site.course.ended(identifier)
    start(site, identifier, failed.release)
