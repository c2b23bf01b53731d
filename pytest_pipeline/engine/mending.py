"""Brings what serves at an environment back to full strength."""

from __future__ import annotations

from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.rollback import plan_rollback
from pytest_pipeline.engine.kept_sites import record_site
from pytest_pipeline.engine.observing import observe
from pytest_pipeline.engine.ports import Installed
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps import perform
from pytest_pipeline.engine.watch import Watch


def mend_stable(site: Site) -> bool:
    """Bring stable back to its full number of instances, and end whatever else runs.

    Even when all looks well the router is told again: what was routed last may not have been
    written down.

    Returns:
        Whether something was out of order.

    Raises:
        PipelineError: If that cannot be done.
    """
    assert site.stable is not None  # noqa: S101 - the caller looked
    mended = site.mend_router()
    wanted = site.fleet_of(site.stable)
    known = frozenset(site.fleet)
    seen = observe(site)
    strangers = tuple(sorted(seen.running - frozenset(wanted.instances)))
    for number in {site.fleet[each].release for each in strangers} - site.releases.keys():
        _admit_to_stop(site, number)
    amiss = mended or known != seen.running or seen.running != frozenset(wanted.instances)
    if amiss or seen.serving != seen.running:
        site.tools.progress.line(f"{site.environment.name}: bringing stable back to full strength")
    for step in plan_rollback(wanted, Fleet(0, strangers), seen).steps:
        perform(step, site, Watch(site.tools.clock))
        record_site(site)
    return amiss


def _admit_to_stop(site: Site, number: int) -> None:
    """Make a release known that is only to be stopped: that needs no bytes."""
    known = site.tools.ledger.release(site.environment.name, number)
    if known is not None:
        site.admit(known, Installed(known.artifact, site.tools.artifacts.folder(known.artifact)))
