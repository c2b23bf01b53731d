"""Whether a drill's site is in order: one complete, healthy release, and nothing beside it."""

from __future__ import annotations

from pytest_pipeline.domain.routing import BackendState
from pytest_pipeline.engine.drilling.toolbox import DrillToolbox
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.site_damage import broken
from pytest_pipeline.engine.steps.health import READY_TIMEOUT_S, not_ready
from pytest_pipeline.errors import PipelineError


def disorder(site: Site) -> tuple[str, ...]:
    """Return what is not in order at a site, in words; nothing when all is well."""
    if site.stable is None:
        return ("no release serves",)
    try:
        dead = broken(site)
        if dead:
            return (dead,)
        return tuple(filter(None, (*_fleet(site), *_routed(site), _answer(site))))
    except PipelineError as error:
        return (str(error),)


def left_behind(tools: DrillToolbox, site: Site, resources: frozenset[str]) -> tuple[str, ...]:
    """Return processes and files that should not be there.

    Args:
        tools: The drill's tools.
        site: Its site, at rest.
        resources: Names of the processes that ran before anything was deployed.
    """
    wanted = {name for each in site.fleet for name in tools.faulty.names(each)} | resources
    strangers = sorted({name for name, _ in tools.started.running() if name not in wanted})
    return (*(f"process {each}" for each in strangers), *tools.disk.litter())


def _fleet(site: Site) -> tuple[str, ...]:
    assert site.stable is not None  # noqa: S101 - the caller looked
    wanted, there = set(site.fleet_of(site.stable).instances), set(site.fleet)
    unready = not_ready(site, sorted(wanted & there))
    return (
        _listed("missing", wanted - there),
        _listed("still there", there - wanted),
        _listed("not ready", unready),
    )


def _routed(site: Site) -> tuple[str, ...]:
    backends = [each for pool in site.table.pools for each in pool.backends]
    strangers = {each.instance for each in backends} - set(site.fleet)
    serving = {each.instance for each in backends if each.state is BackendState.SERVING}
    return (
        _listed("dead backends", strangers),
        _listed("without traffic", set(site.fleet) - serving),
    )


def _answer(site: Site) -> str:
    assert site.stable is not None  # noqa: S101 - the caller looked
    path = site.run_of(site.stable.number).ready
    answer = site.tools.health.ready(site.router.url + path, timeout_s=READY_TIMEOUT_S)
    return "" if answer is None else f"the router answers {answer} to {path}"


def _listed(what: str, names: set[str] | list[str]) -> str:
    return f"{what}: {', '.join(sorted(names))}" if names else ""
