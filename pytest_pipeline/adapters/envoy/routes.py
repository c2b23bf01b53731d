"""The documents of the listeners: who answers which request, and the way back from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_pipeline.adapters.envoy.bootstrap import marker
from pytest_pipeline.adapters.envoy.listeners import CLIENTS, PREVIEW, Listener
from pytest_pipeline.domain.routing import (
    HeaderRoute,
    Pool,
    RoutingTable,
    Stickiness,
    StickySource,
)
from pytest_pipeline.domain.traffic import DETAILS_HEADER, RELEASE_HEADER

_TYPES = "type.googleapis.com/envoy."

#: An instance may take this long; clients and probes have shorter deadlines of their own.
_REQUEST_TIMEOUT = "300s"

#: The keys under which a hash policy names what it looks at.
_HASHED = {
    StickySource.HEADER: ("header", "header_name"),
    StickySource.COOKIE: ("cookie", "name"),
}

Route = dict[str, Any]


def routes(table: RoutingTable) -> dict[str, list[Route]]:
    """Return the routes of a table: name of the listener's document to what is in it."""
    testers = [_testers(table.testers)] if table.testers else []
    return {
        CLIENTS.document: [_document(CLIENTS, [*testers, _shares(table.pools, table.sticky)])],
        PREVIEW.document: [_document(PREVIEW, [_preview(table.preview)])],
    }


def _document(listener: Listener, listed: Sequence[Route]) -> Route:
    return {
        "@type": _TYPES + "config.route.v3.RouteConfiguration",
        "name": listener.name,
        "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": list(listed)}],
        "response_headers_to_add": [
            marker(RELEASE_HEADER, "%UPSTREAM_CLUSTER_RAW%"),
            marker(DETAILS_HEADER, "%RESPONSE_CODE_DETAILS%"),
        ],
    }


def _testers(testers: HeaderRoute) -> Route:
    header = {"name": testers.header, "string_match": {"exact": testers.value}}
    return {"match": {"prefix": "/", "headers": [header]}, "route": _to(testers.pool)}


def _shares(pools: Sequence[Pool], sticky: Stickiness | None) -> Route:
    # The shares lie side by side on the range of hashes: only while their order stays does a pool
    # that grows keep what it has.
    weighted = sorted((pool for pool in pools if pool.weight_percent), key=lambda pool: pool.name)
    if not weighted:
        return _refusal("no release serves here")
    shares: Route = {
        "clusters": [{"name": pool.name, "weight": pool.weight_percent} for pool in weighted]
    }
    action: Route = {"weighted_clusters": shares, "timeout": _REQUEST_TIMEOUT}
    if sticky:
        shares["use_hash_policy"] = True
        kind, named = _HASHED[sticky.source]
        action["hash_policy"] = [{kind: {named: sticky.name}}]
    return {"match": {"prefix": "/"}, "route": action}


def _preview(pool: str) -> Route:
    if not pool:
        return _refusal("no release is previewed here")
    return {"match": {"prefix": "/"}, "route": _to(pool)}


def _to(pool: str) -> Route:
    return {"cluster": pool, "timeout": _REQUEST_TIMEOUT}


def _refusal(why: str) -> Route:
    return {
        "match": {"prefix": "/"},
        "direct_response": {"status": 503, "body": {"inline_string": f"{why}\n"}},
    }


def read_routes(
    documents: Mapping[str, Sequence[Route]], pools: Mapping[str, Pool]
) -> RoutingTable:
    """Return the table that routes were made from.

    Stickiness is not written where nothing has weight, and not read back then.

    Args:
        documents: File name to its resources.
        pools: The pools by name, without their weights, in the table's order.
    """
    *testers, shares = _listed(documents, CLIENTS)
    weights = {
        str(each["name"]): int(each["weight"])
        for each in shares.get("route", {}).get("weighted_clusters", {}).get("clusters", ())
    }
    return RoutingTable(
        tuple(Pool(name, weights.get(name, 0), pool.backends) for name, pool in pools.items()),
        preview=_listed(documents, PREVIEW)[-1].get("route", {}).get("cluster", ""),
        testers=_read_testers(testers[0]) if testers else None,
        sticky=_read_sticky(shares),
    )


def _listed(documents: Mapping[str, Sequence[Route]], listener: Listener) -> list[Route]:
    for resource in documents.get(listener.document, ()):
        return list(resource["virtual_hosts"][0]["routes"])
    return [_refusal("nothing was said yet")]


def _read_testers(route: Route) -> HeaderRoute:
    header = route["match"]["headers"][0]
    value = header["string_match"]["exact"]
    return HeaderRoute(header["name"], value, route["route"]["cluster"])


def _read_sticky(shares: Route) -> Stickiness | None:
    for policy in shares.get("route", {}).get("hash_policy", ()):
        for source, (kind, named) in _HASHED.items():
            if kind in policy:
                return Stickiness(source, policy[kind][named])
    return None
