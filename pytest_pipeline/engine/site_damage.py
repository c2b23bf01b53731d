"""What of a site died on its own."""

from __future__ import annotations

from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import PipelineError


def broken(site: Site) -> str:
    """Return what of a site died on its own, in words; empty when all is well."""
    try:
        router = "" if site.router.is_running() else f"the router of {site.environment.name} died"
    except PipelineError as error:
        router = str(error)
    gone = sorted(set(site.fleet) - site.running())
    instances = f"instances of {site.environment.name} died: {', '.join(gone)}" if gone else ""
    return "; ".join(filter(None, (*site.broken_resources(), router, instances)))
