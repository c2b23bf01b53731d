"""Watches alarms, instances and resources while time passes or somebody thinks."""

from __future__ import annotations

from pytest_pipeline.domain.alarms import AlarmReading, AlarmState, evaluate
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps.health import POLL_S
from pytest_pipeline.engine.steps.shifting import counted_since
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import AlarmError, TargetStartError

#: How often alarms are looked at, seconds.
ALARM_POLL_S = 0.25
#: How long after the bake time alarms may still gather the data they need, seconds.
PATIENCE_S = 10.0


def bake(site: Site, duration_s: float, watch: Watch) -> None:
    """Watch for a while; data that stay missing fail, they never pass.

    Raises:
        AlarmError: If an alarm fired, or has no data at the end.
        TargetStartError: If an instance that serves ended.
        ResourceError: If a resource died.
    """
    clock = site.tools.clock
    began = clock.now()
    ends = began + duration_s
    while True:
        missing = look_at_alarms(site, watch)
        now = clock.now()
        if not missing and (now >= ends or watch.promoted):
            site.course.needed(min(now - began, duration_s))
            return
        if now >= ends + PATIENCE_S:
            raise AlarmError(f"alarm without data: {'; '.join(map(str, missing))}")
        watch.read()
        watch.progress()  # time passes as it is meant to
        clock.sleep(min(ALARM_POLL_S, max(POLL_S, ends - now)))


def await_promotion(site: Site, watch: Watch) -> None:
    """Watch until somebody promotes.

    Raises:
        AlarmError: If an alarm fired.
        TargetStartError: If an instance that serves ended.
        ResourceError: If a resource died.
    """
    name, clock = site.environment.name, site.tools.clock
    began = clock.now()
    site.tools.progress.line(f"{name}: waiting for pytest-pipeline promote {name}")
    while not watch.promoted:
        look_at_alarms(site, watch)
        watch.read()
        watch.progress()
        clock.sleep(ALARM_POLL_S)
    site.course.needed(clock.now() - began)


def delay_scale_down(site: Site, duration_s: float, watch: Watch) -> None:
    """Let time pass while what was replaced still runs."""
    clock = site.tools.clock
    began = clock.now()
    ends = began + duration_s
    while clock.now() < ends and not watch.promoted:
        look_at_alarms(site, watch)
        watch.read()
        watch.progress()
        clock.sleep(min(ALARM_POLL_S, ends - clock.now()))
    site.course.needed(min(clock.now() - began, duration_s))


def look_at_alarms(site: Site, watch: Watch) -> list[AlarmReading]:
    """Look once.

    An instance that serves nobody may end: that is noted, whatever needs it will find out.

    Returns:
        The alarms that have no data yet.

    Raises:
        AlarmError: If an alarm fired.
        TargetStartError: If an instance that serves ended.
        ResourceError: If a resource died.
    """
    site.demand_resources()
    _demand_life(site, watch)
    readings = read_alarms(site)
    fired = [each for each in readings if each.state is AlarmState.ALARM]
    if fired:
        raise AlarmError(f"alarm: {'; '.join(map(str, fired))}", output=_candidate_log(site))
    return [each for each in readings if each.state is AlarmState.INSUFFICIENT_DATA]


def read_alarms(site: Site) -> list[AlarmReading]:
    """Evaluate the environment's alarms on what the watched release answered since its shift."""
    if site.watched is None:
        return []
    counted = counted_since(site, f"r{site.watched}")
    return [evaluate(alarm, counted) for alarm in site.environment.alarms]


def _demand_life(site: Site, watch: Watch) -> None:
    serving = site.serving()
    for instance in site.fleet.values():
        if site.target.is_running(instance):
            continue
        if instance.id in serving:
            raise TargetStartError(
                f"{instance.id} ended while it served", output=site.target.log_tail(instance)
            )
        watch.remark(f"{instance.id} ended while it served nobody")


def _candidate_log(site: Site) -> str:
    failed = next((each for each in site.fleet.values() if each.release == site.watched), None)
    return site.target.log_tail(failed) if failed else ""
