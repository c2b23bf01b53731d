"""Routing tables as JSON values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_pipeline.domain.routing import (
    Backend,
    BackendState,
    HeaderRoute,
    Pool,
    RoutingTable,
    Stickiness,
    StickySource,
)


def table_record(table: RoutingTable) -> dict[str, object]:
    """Return a table as JSON values."""
    testers, sticky = table.testers, table.sticky
    return {
        "pools": [
            {
                "name": pool.name,
                "weight_percent": pool.weight_percent,
                "backends": [_backend_record(each) for each in pool.backends],
            }
            for pool in table.pools
        ],
        "preview": table.preview,
        "testers": vars(testers) if testers else None,
        "sticky": {"source": sticky.source, "name": sticky.name} if sticky else None,
    }


def read_table(record: Mapping[str, Any]) -> RoutingTable:
    """Return the table of `table_record`.

    Raises:
        KeyError: If something is missing; also ValueError and TypeError for what makes no sense.
    """
    pools = (
        Pool(
            pool["name"],
            int(pool["weight_percent"]),
            tuple(_read_backend(each) for each in pool["backends"]),
        )
        for pool in record["pools"]
    )
    testers, sticky = record["testers"], record["sticky"]
    return RoutingTable(
        tuple(pools),
        preview=str(record["preview"]),
        testers=HeaderRoute(**testers) if testers else None,
        sticky=Stickiness(StickySource(sticky["source"]), sticky["name"]) if sticky else None,
    )


def _backend_record(backend: Backend) -> dict[str, object]:
    return {
        "instance": backend.instance,
        "host": backend.host,
        "port": backend.port,
        "state": backend.state,
    }


def _read_backend(record: Mapping[str, Any]) -> Backend:
    return Backend(
        record["instance"], record["host"], int(record["port"]), BackendState(record["state"])
    )
