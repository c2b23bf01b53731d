"""Watches alarms, instances and resources while time passes or somebody thinks."""

from __future__ import annotations

import math

from pytest_pipeline.domain.alarms import AlarmReading, AlarmState, Moment
from pytest_pipeline.engine.alarms.asking import those
from pytest_pipeline.engine.alarms.moments import candidate_serves, moments_of_wait
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps.health import POLL_S
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import AlarmError, TargetStartError

#: How often alarms are looked at, seconds.
ALARM_POLL_S = 0.25


def watch_for(site: Site, duration_s: float, watch: Watch) -> None:
    """Watch for a while; data that stay missing fail, they never pass.

    Raises:
        AlarmError: If an alarm fired, or has no data at the end.
        TargetStartError: If an instance that serves ended.
        ResourceError: If a resource died.
    """
    began = site.tools.clock.now()
    _watch_until(site, watch, began + duration_s)
    site.course.needed(min(site.tools.clock.now() - began, duration_s))


def await_promotion(site: Site, watch: Watch) -> None:
    """Watch until somebody promotes; who does, promotes nothing that alarms cannot speak of.

    Raises:
        AlarmError: If an alarm fired, or has no data after the promotion.
        TargetStartError: If an instance that serves ended.
        ResourceError: If a resource died.
    """
    name, clock = site.environment.name, site.tools.clock
    began = clock.now()
    site.tools.progress.line(f"{name}: waiting for pytest-pipeline promote {name}")
    _watch_until(site, watch, math.inf)
    site.course.needed(clock.now() - began)


def look_at_alarms(site: Site, watch: Watch) -> list[AlarmReading]:
    """Look once, while a rollout waits.

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
    return _demand_quiet(site, watch, *moments_of_wait(site))


def look_between_waits(site: Site, watch: Watch) -> None:
    """Look once, while steps are performed that are no waits.

    Raises:
        AlarmError: If an alarm fired.
    """
    if candidate_serves(site):
        _demand_quiet(site, watch, Moment.ROLLOUT)


def look_while_paused(site: Site, watch: Watch) -> None:
    """Look once, while somebody holds the rollout; before its first traffic only at what runs.

    Raises:
        AlarmError: If an alarm fired.
        TargetStartError: If an instance that serves ended.
        ResourceError: If a resource died.
    """
    if candidate_serves(site):
        look_at_alarms(site, watch)
    else:
        site.demand_resources()
        _demand_life(site, watch)


def _watch_until(site: Site, watch: Watch, ends: float) -> None:
    """Watch until the end, or until somebody promotes; then hold until every alarm has data."""
    clock, hold_s = site.tools.clock, site.environment.hold_s
    over_since: float | None = None
    if watch.alarms is not None:
        watch.alarms.begin_wait()
    try:
        while True:
            missing, now = look_at_alarms(site, watch), clock.now()
            if now >= ends or watch.promoted:
                over_since = now if over_since is None else over_since
                if not missing:
                    return
                _hold(site, watch, missing)
                latest = max(over_since, ends) if math.isfinite(ends) else over_since
                if now >= latest + hold_s:
                    raise AlarmError(f"alarm without data: {_said(missing)}")
            watch.read()
            watch.progress()  # time passes as it is meant to
            clock.sleep(min(ALARM_POLL_S, max(POLL_S, ends - now)))
    finally:
        watch.release()


def _hold(site: Site, watch: Watch, missing: list[AlarmReading]) -> None:
    reason = f"alarm without data: {_said(missing)}"
    if not watch.held:
        name = site.environment.name
        site.tools.progress.line(
            f"{name}: held for up to {site.environment.hold_s:g} s, then it goes back: {reason}"
        )
    watch.hold(reason)


def _said(readings: list[AlarmReading]) -> str:
    return "; ".join(map(str, readings))


def _demand_quiet(site: Site, watch: Watch, *moments: Moment) -> list[AlarmReading]:
    if watch.alarms is None:
        return []
    readings = watch.alarms.look(*moments)
    fired = those(readings, AlarmState.ALARM)
    if fired:
        raise AlarmError(f"alarm: {_said(fired)}", output=_candidate_log(site))
    return those(readings, AlarmState.INSUFFICIENT_DATA)


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
