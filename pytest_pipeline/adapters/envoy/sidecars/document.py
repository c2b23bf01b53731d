"""What a sidecar is told at its start."""

from __future__ import annotations

import json
from typing import Any

from pytest_pipeline.adapters.envoy.sidecars import switches
from pytest_pipeline.domain.drills import InjectedFault

_TYPES = "type.googleapis.com/envoy."
_FAULT = "envoy.filters.http.fault"
#: Where the port comes in that the target chooses.
_PORT = "@port@"

#: Must be shorter than what instances grant idle connections, or requests are lost.
_IDLE_TIMEOUT = "3s"
_UNLIMITED = {"max_connections": 16384, "max_pending_requests": 16384, "max_requests": 16384}


def document(instance_port: int, *, ready: str, fault: InjectedFault | None) -> str:
    """Return the bootstrap document in one line; ``{port}`` stands for the port it listens on.

    Args:
        instance_port: Port of the instance behind it, 1-65535.
        ready: Readiness path of the instance.
        fault: What is done to requests from the first one on.
    """
    told = {
        "node": {"id": "sidecar", "cluster": "pytest-pipeline"},
        "admin": {"address": _loopback(0)},
        "layered_runtime": {
            "layers": [
                {"name": "begin", "static_layer": switches.switches(fault)},
                {"name": "admin", "admin_layer": {}},
            ]
        },
        "static_resources": {
            "listeners": [
                {
                    "name": "instance",
                    "address": _loopback(_PORT),
                    "enable_reuse_port": False,
                    "filter_chains": [{"filters": [_http(ready)]}],
                }
            ],
            "clusters": [_cluster(instance_port)],
        },
    }
    return json.dumps(told).replace(f'"{_PORT}"', "{port}")


def _loopback(port: int | str) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def _http(ready: str) -> dict[str, Any]:
    of_traffic = _fault(
        delay=(switches.DELAY_PERCENT, switches.DELAY_MS),
        abort=(switches.ABORT_PERCENT, switches.ABORT_STATUS),
    )
    of_readiness = _fault(delay=(switches.READY_PERCENT, switches.READY_MS))
    everything = {"cluster": "instance", "timeout": "0s"}
    return {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": _TYPES + "extensions.filters.network.http_connection_manager.v3."
            "HttpConnectionManager",
            "stat_prefix": "instance",
            "generate_request_id": False,
            "server_header_transformation": "PASS_THROUGH",
            "upgrade_configs": [{"upgrade_type": "websocket"}],
            "route_config": {
                "virtual_hosts": [
                    {
                        "name": "instance",
                        "domains": ["*"],
                        "routes": [
                            {
                                "match": {"path": ready.split("?", 1)[0]},
                                "route": everything,
                                "typed_per_filter_config": {_FAULT: of_readiness},
                            },
                            {"match": {"prefix": "/"}, "route": everything},
                        ],
                    }
                ]
            },
            "http_filters": [
                {"name": _FAULT, "typed_config": of_traffic},
                {
                    "name": "envoy.filters.http.router",
                    "typed_config": {
                        "@type": _TYPES + "extensions.filters.http.router.v3.Router",
                        "suppress_envoy_headers": True,
                    },
                },
            ],
        },
    }


def _fault(*, delay: tuple[str, str], abort: tuple[str, str] | None = None) -> dict[str, Any]:
    """Return a fault filter that its switches alone turn on."""
    percent, duration = delay
    told: dict[str, Any] = {
        "@type": _TYPES + "extensions.filters.http.fault.v3.HTTPFault",
        "delay": {"fixed_delay": "0.001s", "percentage": {"numerator": 0}},
        "delay_percent_runtime": percent,
        "delay_duration_runtime": duration,
    }
    if abort is not None:
        percent, status = abort
        told |= {
            "abort": {"http_status": 503, "percentage": {"numerator": 0}},
            "abort_percent_runtime": percent,
            "abort_http_status_runtime": status,
        }
    return told


def _cluster(port: int) -> dict[str, Any]:
    return {
        "name": "instance",
        "type": "STATIC",
        "connect_timeout": "1s",
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "circuit_breakers": {"thresholds": [_UNLIMITED]},
        "load_assignment": {
            "cluster_name": "instance",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": _loopback(port)}}]}],
        },
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": _TYPES + "extensions.upstreams.http.v3.HttpProtocolOptions",
                "common_http_protocol_options": {"idle_timeout": _IDLE_TIMEOUT},
                "explicit_http_config": {"http_protocol_options": {}},
            }
        },
    }
