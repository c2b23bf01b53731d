"""Waits for requests in flight."""

from __future__ import annotations

from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps.health import POLL_S
from pytest_pipeline.engine.watch import Watch


def drain(site: Site, instances: tuple[str, ...], watch: Watch) -> None:
    """Wait for requests in flight; at the deadline go on, what is cut off then is measured."""
    clock = site.tools.clock
    for each in instances:
        known = site.fleet.get(each)
        if known is None or not site.target.is_running(known):
            continue
        deadline = clock.now() + site.run_of(known.release).drain_timeout_s
        while site.router.active_requests(each) and clock.now() < deadline:
            watch.look()
            clock.sleep(POLL_S)
