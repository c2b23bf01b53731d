"""Starts instances."""

from __future__ import annotations

from pytest_pipeline.domain.plans import Launch
from pytest_pipeline.engine.site import Site


def launch(site: Site, step: Launch) -> None:
    """Start the instances that do not run yet.

    Raises:
        TargetStartError: If one cannot be started.
    """
    ports = {
        each: site.ports[place]
        for each, place in zip(step.instances, step.replaces, strict=False)
        if place in site.ports
    }
    for instance in step.instances:
        start(site, instance, step.release, port=ports.get(instance))


def start(site: Site, instance: str, release: int, *, port: int | None = None) -> None:
    """Start one instance, unless it runs.

    Raises:
        TargetStartError: If it cannot be started.
    """
    known = site.fleet.get(instance)
    if known is not None and site.target.is_running(known):
        return
    request = site.launch_request(instance, release, port=port)
    with site.tools.uninterrupted():
        site.fleet[instance] = site.target.launch(request)
        site.ports[instance] = site.fleet[instance].port
    site.course.launched(site.fleet[instance])
