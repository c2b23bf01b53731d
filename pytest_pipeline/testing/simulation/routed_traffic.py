"""Which instances a routing table sends traffic to."""

from __future__ import annotations

from pytest_pipeline.domain.routing import Backend, BackendState, RoutingTable


def served_by(table: RoutingTable) -> dict[str, Backend]:
    """Return what gets new requests of clients by weight, by identifier."""
    return {
        backend.instance: backend
        for pool in table.pools
        if pool.weight_percent
        for backend in pool.backends
        if backend.state is BackendState.SERVING
    }


def named_by(table: RoutingTable) -> dict[str, Backend]:
    """Return what gets requests in any way: by weight, as preview or by a header."""
    led = {table.preview, table.testers.pool if table.testers else ""}
    return {
        backend.instance: backend
        for pool in table.pools
        if pool.weight_percent or pool.name in led
        for backend in pool.backends
        if backend.state is BackendState.SERVING
    }
