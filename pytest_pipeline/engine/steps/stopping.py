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

    def end(instance: Instance) -> float:
        grace_s = site.run_of(instance.release).drain_timeout_s
        lasted_s = site.target.stop(instance, grace_s=grace_s)
        site.course.ended(instance.id)
        return lasted_s or 0.0

    if site.instance_counts is not None:
        site.instance_counts.end(instances)
    known = [site.fleet[each] for each in instances if each in site.fleet]
    site.course.needed(max(site.tools.concurrently(end, known), default=0.0))
    site.forget(instances)
