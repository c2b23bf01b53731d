"""Errors as answers: one table from what went wrong to what the client is told."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy import exc

from orders.changing import BusyOrderError, UnknownOrderError
from orders.domain.states import TransitionError
from orders.inventory_client import InventoryRefusedError, InventoryUnavailableError
from orders.placing import KeyReusedError, StillInProgressError
from orders.storage.claims import LostClaimError

Handler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]
_RETRY = {"Retry-After": "1"}


def install_problem_handlers(app: FastAPI) -> None:
    """Teach an app to answer errors."""
    say = app.add_exception_handler
    say(UnknownOrderError, _answer(HTTPStatus.NOT_FOUND, "unknown_order"))
    say(TransitionError, _answer(HTTPStatus.CONFLICT, "not_possible"))
    say(BusyOrderError, _answer(HTTPStatus.CONFLICT, "busy", _RETRY))
    say(KeyReusedError, _answer(HTTPStatus.UNPROCESSABLE_ENTITY, "key_reused"))
    say(StillInProgressError, _answer(HTTPStatus.CONFLICT, "in_progress", _RETRY))
    say(LostClaimError, _answer(HTTPStatus.CONFLICT, "in_progress", _RETRY))
    say(InventoryUnavailableError, _answer(HTTPStatus.BAD_GATEWAY, "inventory_unavailable"))
    say(InventoryRefusedError, _refused)
    say(RequestValidationError, _invalid)
    for error in (exc.OperationalError, exc.InterfaceError, exc.TimeoutError):
        say(error, _database_unavailable)


def _answer(status: int, code: str, headers: dict[str, str] | None = None) -> Handler:
    async def handle(_: Request, error: Exception) -> Response:
        return JSONResponse({"code": code, "message": str(error)}, status, headers)

    return handle


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, InventoryRefusedError):
        raise error
    return JSONResponse({"code": error.code, "message": error.message}, error.status)


async def _invalid(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    # What was sent is not repeated: it may not even be encodable.
    message = "; ".join(
        ".".join(str(part) for part in each["loc"]) + ": " + each["msg"] for each in error.errors()
    )
    printable = message.encode("ascii", "backslashreplace").decode()
    body = {"code": "invalid_request", "message": printable}
    return JSONResponse(body, HTTPStatus.UNPROCESSABLE_ENTITY)


async def _database_unavailable(_: Request, error: Exception) -> Response:
    # The text of a driver's error may hold addresses and statements: not for clients.
    body = {"code": "database_unavailable", "message": type(error).__name__}
    return JSONResponse(body, HTTPStatus.SERVICE_UNAVAILABLE, _RETRY)
