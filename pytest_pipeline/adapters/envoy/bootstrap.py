"""The bootstrap document: what Envoy is told once, at its start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_pipeline.adapters.envoy.listeners import CLIENTS, LISTENERS, Listener
from pytest_pipeline.adapters.envoy.marked_log import MARKED_LOG_NAME, access_log
from pytest_pipeline.domain.traffic import DETAILS_HEADER

_TYPES = "type.googleapis.com/envoy."

#: How often histograms are merged; until then latencies are missing from the statistics.
_STATS_FLUSH_INTERVAL = "0.25s"


def watched(folder: Path, name: str) -> dict[str, Any]:
    """Return a source that is read again whenever a file is renamed into the folder."""
    return {
        "resource_api_version": "V3",
        "path_config_source": {
            "path": str(folder / name),
            "watched_directory": {"path": str(folder)},
        },
    }


def marker(name: str, value: str) -> dict[str, Any]:
    """Return a response header that replaces one of the same name that an instance sent."""
    return {
        "header": {"key": name, "value": value},
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    }


def bootstrap(watched_folder: Path, ports: Mapping[Listener, int | None]) -> dict[str, Any]:
    """Return the bootstrap document.

    Args:
        watched_folder: Folder of the documents that change.
        ports: Listener to its port, 1-65535; None, or none given, for one that the system chooses.
    """
    return {
        "node": {"id": "router", "cluster": "pytest-pipeline"},
        "admin": {"address": _loopback(0)},
        "stats_flush_interval": _STATS_FLUSH_INTERVAL,
        "dynamic_resources": {"cds_config": watched(watched_folder, "cds.json")},
        "static_resources": {
            "listeners": [
                {
                    "name": listener.name,
                    "address": _loopback(ports.get(listener) or 0),
                    # With it a second router would share a taken port without a word.
                    "enable_reuse_port": False,
                    "filter_chains": [{"filters": [_http(watched_folder, listener)]}],
                }
                for listener in LISTENERS
            ]
        },
    }


def _loopback(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def _http(watched_folder: Path, listener: Listener) -> dict[str, Any]:
    return {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": _TYPES + "extensions.filters.network.http_connection_manager.v3."
            "HttpConnectionManager",
            "stat_prefix": listener.name,
            "generate_request_id": False,
            "upgrade_configs": [{"upgrade_type": "websocket"}],
            "rds": {
                "route_config_name": listener.name,
                "config_source": watched(watched_folder, listener.document),
            },
            # What is seen at the preview address is no client's traffic.
            "access_log": [access_log(watched_folder.parent / MARKED_LOG_NAME)]
            if listener == CLIENTS
            else [],
            "local_reply_config": {"mappers": [_every_local_reply()]},
            "http_filters": [
                {
                    "name": "envoy.filters.http.router",
                    "typed_config": {
                        "@type": _TYPES + "extensions.filters.http.router.v3.Router",
                        "suppress_envoy_headers": True,
                    },
                }
            ],
        },
    }


def _every_local_reply() -> dict[str, Any]:
    # The route's headers miss the replies that are made before a route is found (400, 404, 408).
    return {
        "filter": {
            "status_code_filter": {
                "comparison": {
                    "op": "GE",
                    "value": {"default_value": 100, "runtime_key": "pipeline.local_reply_from"},
                }
            }
        },
        "headers_to_add": [marker(DETAILS_HEADER, "%RESPONSE_CODE_DETAILS%")],
    }
