"""Routes for whoever runs the service: probes, metrics, version."""

import logging
from http import HTTPStatus

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from orders import __version__
from orders.api.parts import Parts, Wired
from orders.storage.engine import ping

router = APIRouter()
_log = logging.getLogger(__name__)


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Say that the process can answer; a restart would help against nothing else."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(parts: Wired) -> Response:
    """Say whether traffic may come; 503 while draining or without a database."""
    # A thread of its own: behind a queue of requests a probe would run out of time.
    problem = _announced(parts) or await to_thread.run_sync(
        _database_problem, parts, limiter=CapacityLimiter(1)
    )
    if problem:
        return JSONResponse(
            {"status": "not ready", "reason": problem}, HTTPStatus.SERVICE_UNAVAILABLE
        )
    return JSONResponse({"status": "ready"})


@router.get("/metrics")
async def metrics(parts: Wired) -> Response:
    """Show the numbers for Prometheus."""
    return Response(parts.metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/version")
async def version(parts: Wired) -> dict[str, str]:
    """Say what is running."""
    return {"service": "orders", "version": __version__, "release": parts.settings.release}


def _announced(parts: Parts) -> str | None:
    if parts.drain.draining:
        return "draining"
    return "FAULT_NEVER_READY is set" if parts.settings.faults.never_ready else None


def _database_problem(parts: Parts) -> str | None:
    try:
        ping(parts.engine)
    except SQLAlchemyError as error:
        _log.warning("database not reachable", extra={"error": type(error).__name__})
        return "database not reachable"
    return None
