"""Which moments of a deployment it is, by what the router sends where."""

from __future__ import annotations

from pytest_pipeline.domain.alarms import Moment
from pytest_pipeline.engine.site import Site


def candidate_serves(site: Site) -> bool:
    """Return whether the watched release gets clients' traffic."""
    name = f"r{site.watched}"
    return any(each.name == name and each.weight_percent for each in site.table.pools)


def moments_of_wait(site: Site) -> tuple[Moment, ...]:
    """Return the moments of a wait: whether stable still gets traffic beside the candidate."""
    name = f"r{site.watched}"
    shared = any(each.name != name and each.weight_percent for each in site.table.pools)
    return (Moment.CANARY if shared else Moment.BAKE, Moment.ROLLOUT)
