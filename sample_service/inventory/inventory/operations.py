"""Routes for whoever runs the service: probes, metrics, version."""

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import generate_latest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from inventory import __version__
from inventory.database import ping

router = APIRouter()


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Say that the process can answer."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """Say whether traffic may come; 503 while draining or without a database."""
    state = request.app.state
    # A thread of its own: behind a queue of requests a probe would run out of time.
    if state.drain.draining or not await to_thread.run_sync(
        _reachable, state.engine, limiter=CapacityLimiter(1)
    ):
        return JSONResponse({"status": "not ready"}, 503)
    return JSONResponse({"status": "ready"})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Show the numbers for Prometheus."""
    text = generate_latest(request.app.state.registry)
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/version")
async def version(request: Request) -> dict[str, str]:
    """Say what is running."""
    release = request.app.state.settings.release
    return {"service": "inventory", "version": __version__, "release": release}


def _reachable(engine: Engine) -> bool:
    try:
        ping(engine)
    except SQLAlchemyError:
        return False
    return True
