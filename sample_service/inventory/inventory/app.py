"""The composition root."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry
from sqlalchemy import exc

from inventory import __version__, operations, routes
from inventory.database import open_engine
from inventory.draining import Drain
from inventory.reservations import (
    InsufficientStockError,
    ReservationConflictError,
    UnknownSkuError,
)
from inventory.settings import Settings
from inventory.telemetry import TelemetryMiddleware

# As many as the pool has connections: a request here does nothing but use one.
THREADS = 10
_PROBLEMS: dict[type[Exception], tuple[int, str]] = {
    routes.UnknownItemError: (404, "unknown_item"),
    UnknownSkuError: (422, "unknown_sku"),
    InsufficientStockError: (409, "insufficient_stock"),
    ReservationConflictError: (409, "reservation_conflict"),
}


def create_app(settings: Settings, drain: Drain | None = None) -> FastAPI:
    """Return the app; ``drain`` is shared with the server that announces the end."""
    engine = open_engine(settings.database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield
        engine.dispose()

    app = FastAPI(title="inventory", version=__version__, lifespan=lifespan)
    app.state.settings = settings
    app.state.engine = engine
    app.state.drain = drain or Drain()
    app.state.registry = CollectorRegistry()
    app.include_router(operations.router)
    app.include_router(routes.router)
    for error, (status, code) in _PROBLEMS.items():
        app.add_exception_handler(error, _answer(status, code))
    app.add_exception_handler(RequestValidationError, _invalid)
    for database_error in (exc.OperationalError, exc.InterfaceError, exc.TimeoutError):
        app.add_exception_handler(database_error, _database_unavailable)
    app.add_middleware(TelemetryMiddleware, registry=app.state.registry, drain=app.state.drain)
    return app


def _answer(
    status: int, code: str
) -> Callable[[Request, Exception], Coroutine[Any, Any, Response]]:
    async def handle(_: Request, error: Exception) -> Response:
        return JSONResponse({"code": code, "message": str(error)}, status)

    return handle


async def _database_unavailable(_: Request, error: Exception) -> Response:
    # The text of a driver's error may hold addresses and statements: not for clients.
    return JSONResponse({"code": "database_unavailable", "message": type(error).__name__}, 503)


async def _invalid(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    # What was sent is not repeated: it may not even be encodable.
    message = "; ".join(
        ".".join(str(part) for part in each["loc"]) + ": " + each["msg"] for each in error.errors()
    )
    printable = message.encode("ascii", "backslashreplace").decode()
    body = {"code": "invalid_request", "message": printable}
    return JSONResponse(body, 422)
