"""Runs `pytest-pipeline` with a regression planted, and says what the router itself counted.

``python -m tests.acceptance.planted_comparison PLANT ARGUMENTS...`` with one of ``PLANTS``. Before
stopped instances leave the router, a line on standard error says what it counted for their release
so far: ``counted {"release": "r1", "errors": 3, "retries": 0}``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from pytest_pipeline.adapters.envoy import router as envoy_router
from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.plans import Shift
from pytest_pipeline.domain.routing import RoutingTable
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.steps import performing
from pytest_pipeline.engine.watch import Watch

_RETRIES = re.compile(r"^envoy_cluster_upstream_rq_retry\{[^}]*\} (\d+)$", re.MULTILINE)

counted_forget = Site.forget
true_shift = performing.shift
true_routes = envoy_router.routes


def forget(site: Site, instances: tuple[str, ...]) -> None:
    """Say what was counted, before it is forgotten."""
    router = site.router
    assert isinstance(router, EnvoyRouter)
    for pool in sorted({f"r{site.number_of(each)}" for each in instances}):
        retries = _RETRIES.search(router._admin.cluster_statistics(pool))
        counts = {
            "release": pool,
            "errors": router.statistics(pool).errors,
            "retries": int(retries[1]) if retries else 0,
        }
        sys.stderr.write(f"counted {json.dumps(counts)}\n")
    counted_forget(site, instances)


def skip_drain(_site: Site, _instances: tuple[str, ...], _watch: Watch) -> None:
    """Wait for nothing."""


def stop_before_shift(site: Site, step: Shift, watch: Watch) -> None:
    """End the instances that are to leave, and tell the router later."""
    for each in sorted(site.serving() - {*step.stable, *step.candidate}):
        site.target.stop(site.fleet[each], grace_s=2.0)
    true_shift(site, step, watch)


def routes_with_retries(table: RoutingTable) -> dict[str, list[dict[str, Any]]]:
    """Send requests a second time whose first try was dropped."""
    documents = true_routes(table)
    for resources in documents.values():
        for route in resources[0]["virtual_hosts"][0]["routes"]:
            if "route" in route:
                policy = {"retry_on": "reset,connect-failure,refused-stream", "num_retries": 5}
                route["route"]["retry_policy"] = policy
    return documents


def plant_skipped_drain() -> None:
    """Cut off what is in flight."""
    performing.drain = skip_drain


def plant_early_stop() -> None:
    """Send SIGTERM before the router is told."""
    performing.shift = stop_before_shift


def plant_hiding_retries() -> None:
    """Cut off what is in flight, and hide it."""
    plant_skipped_drain()
    envoy_router.routes = routes_with_retries  # type: ignore[assignment]


PLANTS: Mapping[str, Callable[[], None]] = {
    "nothing": lambda: None,
    "drain skipped": plant_skipped_drain,
    "SIGTERM before the router update": plant_early_stop,
    "retries hide drops": plant_hiding_retries,
}

if __name__ == "__main__":
    Site.forget = forget  # type: ignore[method-assign]
    PLANTS[sys.argv[1]]()
    sys.exit(main(sys.argv[2:]))
