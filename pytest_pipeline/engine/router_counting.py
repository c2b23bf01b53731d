"""Reads what an environment's router counts while a stage uses it."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.router_counts import ROUTER_MEASURES, RouterReading, counted_between
from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import RouterError


def read_router(site: Site | None) -> RouterReading | None:
    """Return what the router of an environment has counted so far; None without an environment."""
    if site is None:
        return None
    try:
        beside = site.beside.name if site.beside else ""  # what it answers is not the stage's
        names = [pool.name for pool in site.table.pools if pool.name != beside]
        pools = {name: site.router.statistics(name) for name in names}
    except RouterError as error:
        return RouterReading(failure=str(error))
    return RouterReading(pools)


def with_router_figures(run: StageRun, before: RouterReading | None, site: Site | None) -> StageRun:
    """Return a run with what went through the router since an earlier reading.

    Args:
        run: The run.
        before: What was read before its first test; None without an environment.
        site: The environment; None for none.
    """
    after = read_router(site)
    if before is None or after is None:
        return run
    found = counted_between(before, after)
    missing = [name for name in ROUTER_MEASURES if name not in found.measurements]
    return replace(
        run,
        measurements={**run.measurements, **found.measurements},
        details={**run.details, **dict.fromkeys(missing, (found.reason,))},
    )
