"""The documents of the pools: clusters and endpoints, and the way back to a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_pipeline.adapters.envoy.bootstrap import watched
from pytest_pipeline.adapters.envoy.routes import read_routes
from pytest_pipeline.domain.routing import Backend, BackendState, Pool, RoutingTable

_TYPES = "type.googleapis.com/envoy."

#: Must be shorter than what instances grant idle connections (uvicorn: 5 s), or requests are lost.
_IDLE_TIMEOUT = "3s"

#: Envoy's own default of 1024 (and 3 retries) would refuse requests in a load test.
_UNLIMITED = {
    "max_connections": 16384,
    "max_pending_requests": 16384,
    "max_requests": 16384,
    "max_retries": 1024,
}

_HEALTH = {BackendState.SERVING: "HEALTHY", BackendState.DRAINING: "DRAINING"}
_STATES = {health: state for state, health in _HEALTH.items()}

Resource = dict[str, Any]


def cluster(pool: str, folder: Path) -> Resource:
    """Return the cluster of a pool; its endpoints come from a file of their own."""
    http = _TYPES + "extensions.upstreams.http.v3.HttpProtocolOptions"
    return {
        "@type": _TYPES + "config.cluster.v3.Cluster",
        "name": pool,
        "type": "EDS",
        "connect_timeout": "1s",
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "circuit_breakers": {"thresholds": [_UNLIMITED]},
        "eds_cluster_config": {
            "service_name": pool,
            "eds_config": watched(folder, endpoints_file(pool)),
        },
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": http,
                "common_http_protocol_options": {"idle_timeout": _IDLE_TIMEOUT},
                "explicit_http_config": {"http_protocol_options": {}},
            }
        },
    }


def endpoints_file(pool: str) -> str:
    """Return the name of the file that holds a pool's endpoints."""
    return f"eds-{pool}.json"


def endpoints(pool: Pool) -> Resource:
    """Return the endpoints of a pool; each carries its instance's identifier as host name."""
    return {
        "@type": _TYPES + "config.endpoint.v3.ClusterLoadAssignment",
        "cluster_name": pool.name,
        "endpoints": [{"lb_endpoints": [_endpoint(backend) for backend in pool.backends]}],
    }


def _endpoint(backend: Backend) -> Resource:
    return {
        "health_status": _HEALTH[backend.state],
        "endpoint": {
            "hostname": backend.instance,
            "address": {"socket_address": {"address": backend.host, "port_value": backend.port}},
        },
    }


def read_table(documents: Mapping[str, Sequence[Resource]]) -> RoutingTable:
    """Return the table that documents were made from.

    Args:
        documents: File name to its resources.
    """
    names = [str(resource["name"]) for resource in documents.get("cds.json", ())]
    pools = {name: Pool(name, 0, _backends(documents[endpoints_file(name)])) for name in names}
    return read_routes(documents, pools)


def _backends(resources: Sequence[Resource]) -> tuple[Backend, ...]:
    listed = resources[0]["endpoints"][0]["lb_endpoints"]
    return tuple(_backend(each) for each in listed)


def _backend(written: Resource) -> Backend:
    at = written["endpoint"]
    address = at["address"]["socket_address"]
    return Backend(
        at["hostname"],
        address["address"],
        int(address["port_value"]),
        _STATES[written["health_status"]],
    )
