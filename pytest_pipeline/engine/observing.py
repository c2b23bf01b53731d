"""Finds out what runs, what is ready and what clients are sent to."""

from __future__ import annotations

from pytest_pipeline.domain.observations import Observation
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps.health import is_ready


def observe(site: Site) -> Observation:
    """Look at a site, and forget the instances that died.

    Whether one is ready is asked of stable's first: when it can serve alone, nobody waits for what
    a candidate that hangs would answer.
    """
    running = site.running()
    serving = site.serving() & running
    site.bury()
    stable = site.stable.number if site.stable else None
    ready = _ready(site, [each for each in sorted(running) if site.number_of(each) == stable])
    if len(ready) < site.minimum_healthy:
        ready |= _ready(site, sorted(serving - ready))
    return Observation(running, ready, serving)


def _ready(site: Site, identifiers: list[str]) -> frozenset[str]:
    answers = site.tools.concurrently(lambda each: is_ready(site, each), identifiers)
    return frozenset(each for each, ready in zip(identifiers, answers, strict=True) if ready)
