"""Asks alarms before a deployment begins: what is unwell is not deployed to."""

from __future__ import annotations

from pytest_pipeline.domain.alarms import AlarmState, Moment
from pytest_pipeline.engine.alarms.asking import AlarmDesk, those
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import AlarmError

#: How often alarms are looked at, seconds.
POLL_S = 0.1


def ask_before(site: Site, desk: AlarmDesk, watch: Watch) -> None:
    """Wait until every alarm of the moment is ``OK``.

    Raises:
        AlarmError: If one fires, or has no data ``hold_s`` after it could have.
        StopAsked: If somebody asked to go back.
    """
    left_out = _asking_clients_url(site, desk)
    if left_out:
        watch.remark(f"not asked before the first release: {', '.join(left_out)}")
    clock = site.tools.clock
    ends = clock.now() + _time_to_answer_s(desk) + site.environment.hold_s
    while True:
        readings = desk.look(Moment.BEFORE, without=left_out)
        fired = those(readings, AlarmState.ALARM)
        if fired:
            raise AlarmError(f"alarm: {'; '.join(map(str, fired))}; nothing was touched")
        missing = those(readings, AlarmState.INSUFFICIENT_DATA)
        if not missing:
            return
        if clock.now() >= ends:
            said = "; ".join(map(str, missing))
            raise AlarmError(f"alarm without data: {said}; nothing was touched")
        watch.read()
        watch.progress()
        clock.sleep(POLL_S)


def _time_to_answer_s(desk: AlarmDesk) -> float:
    """Return how long the slowest alarm needs for its datapoints, seconds."""
    leaves = (leaf for name in desk.names(Moment.BEFORE) for leaf in desk.leaves(name))
    return max(
        ((each.period_s or 0.0) * (each.among - 1) + each.timeout_s for each in leaves), default=0.0
    )


def _asking_clients_url(site: Site, desk: AlarmDesk) -> tuple[str, ...]:
    """Return the alarms that cannot say anything yet: where nothing serves, clients get none."""
    if site.stable is not None:
        return ()
    return tuple(name for name in desk.names(Moment.BEFORE) if desk.needs_clients_url(name))
