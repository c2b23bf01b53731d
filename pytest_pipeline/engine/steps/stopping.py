"""Stops instances."""

from __future__ import annotations

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import TargetError


def stop(site: Site, instances: tuple[str, ...], watch: Watch) -> None:
    """Stop instances and take them out of the router.

    Raises:
        TargetError: If one still gets traffic, or cannot be ended.
    """
    watch.read()
    routed = site.serving() & frozenset(instances)
    if routed:
        listed = ", ".join(sorted(routed))
        raise TargetError(f"{listed} would be stopped while clients are sent there")

    def end(instance: Instance) -> None:
        site.target.stop(instance, grace_s=site.run_of(instance.release).drain_timeout_s)

    if site.instance_counts is not None:
        site.instance_counts.end(instances)
    known = [site.fleet[each] for each in instances if each in site.fleet]
    site.tools.concurrently(end, known)
    site.forget(instances)
