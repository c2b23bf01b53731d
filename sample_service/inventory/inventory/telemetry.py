"""JSON logs, request ids and metrics."""

import json
import logging
import re
import sys
import time
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inventory.draining import Drain

REQUEST_ID_HEADER = "X-Request-Id"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,128}")
_QUIET_PATHS = frozenset({"/livez", "/readyz", "/metrics"})
_request_id: ContextVar[str] = ContextVar("request_id", default="")
_log = logging.getLogger("inventory.access")


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object."""

    def __init__(self, **instance: str) -> None:
        super().__init__()
        self._instance = instance

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **self._instance,
            **getattr(record, "fields", {}),
        }
        if request_id := _request_id.get():
            fields["request_id"] = request_id
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def log_to_stdout(formatter: logging.Formatter) -> None:
    """Send all logs of the process to stdout."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


class TelemetryMiddleware:
    """Gives each request an id, measures it and logs it."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry, drain: Drain) -> None:
        self._app = app
        self._drain = drain
        self._requests = Counter(
            "http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._duration_s = Histogram(
            "http_request_duration_seconds",
            "Time to the end of the answer.",
            ("route",),
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s = time.perf_counter()
        received = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        request_id = received if _ACCEPTED.fullmatch(received) else uuid.uuid4().hex
        _request_id.set(request_id)
        status = 0

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = request_id
                if self._drain.draining:
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
        route = getattr(scope.get("route"), "path", "unmatched")
        self._requests.labels(scope["method"], route, status).inc()
        self._duration_s.labels(route).observe(duration_s)
        if scope["path"] not in _QUIET_PATHS:
            fields = {
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "duration_ms": round(duration_s * 1000, 2),
            }
            _log.info("request", extra={"fields": fields})
