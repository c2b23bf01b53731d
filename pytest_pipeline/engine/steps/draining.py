"""Waits for requests in flight."""

from __future__ import annotations

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.watch import Watch

#: How often the router is asked what is in flight, seconds: most requests are short.
DRAIN_POLL_S = 0.01


def drain(site: Site, instances: tuple[str, ...], watch: Watch) -> None:
    """Wait for requests in flight; at the deadline go on, what is cut off then is measured.

    All drain at the same time: the longest of their deadlines is that of the step.
    """
    clock = site.tools.clock
    known = [site.fleet[each] for each in instances if each in site.fleet]
    limits_s = [site.run_of(each.release).drain_timeout_s for each in known]
    began = busy_until = clock.now()
    deadline = began + max(limits_s, default=0.0)
    for each in known:
        while _is_busy(site, each) and clock.now() < deadline:
            busy_until = clock.now()
            watch.read()  # slow clients are no lack of progress
            clock.sleep(DRAIN_POLL_S)
    site.course.needed(busy_until - began)
    watch.progress()


def _is_busy(site: Site, instance: Instance) -> bool:
    return site.target.is_running(instance) and site.router.active_requests(instance.id) > 0
