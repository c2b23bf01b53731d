"""Gives each request an id, measures it and logs it."""

import logging
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orders.draining import Drain
from orders.telemetry.metrics import Metrics
from orders.telemetry.request_id import HEADER, accept_request_id, set_request_id

_log = logging.getLogger("orders.access")
# Probes come every second: one log line each would drown the rest.
_QUIET_PATHS = frozenset({"/livez", "/readyz", "/metrics"})


class TelemetryMiddleware:
    """The outermost layer of the app; plain ASGI, as it is on every request's path."""

    def __init__(self, app: ASGIApp, metrics: Metrics, drain: Drain) -> None:
        self._app = app
        self._metrics = metrics
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s = time.perf_counter()
        request_id = accept_request_id(Headers(scope=scope).get(HEADER, ""))
        set_request_id(request_id)
        status = 0

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = request_id
                if self._drain.draining:
                    # Keep-alive clients leave now instead of meeting a closed connection.
                    headers["Connection"] = "close"
            await send(message)

        try:
            await self._app(scope, receive, send_noting_status)
        except Exception:
            _log.exception("request failed")
            if status:
                raise
            body = {"code": "internal_error", "message": f"see the log of request {request_id}"}
            await JSONResponse(body, status_code=500)(scope, receive, send_noting_status)
        finally:
            self._note(scope, status, time.perf_counter() - started_s)

    def _note(self, scope: Scope, status: int, duration_s: float) -> None:
        # The route, not the path: ids in labels would make endless time series.
        route = getattr(scope.get("route"), "path", "unmatched")
        self._metrics.requests.labels(scope["method"], route, status).inc()
        self._metrics.duration_s.labels(route).observe(duration_s)
        if scope["path"] not in _QUIET_PATHS:
            _log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "duration_ms": round(duration_s * 1000, 2),
                },
            )
