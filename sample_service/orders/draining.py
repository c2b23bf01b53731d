"""Stopping without losing requests."""

import asyncio
import logging
from types import FrameType

import uvicorn

_log = logging.getLogger(__name__)


class Drain:
    """Whether the instance is on its way out; readiness and the middleware look here."""

    def __init__(self) -> None:
        self.draining = False


class DrainingServer(uvicorn.Server):
    """Announces the end before it stops listening.

    uvicorn alone closes its socket at once on SIGTERM. A load balancer that has not noticed
    yet would meet refused connections; so readiness turns 503 first, requests are served
    for ``drain_s`` more seconds, and then uvicorn finishes what is in flight.
    """

    def __init__(self, config: uvicorn.Config, drain: Drain, drain_s: float) -> None:
        super().__init__(config)
        self._drain = drain
        self._drain_s = drain_s

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Start to drain; a second signal stops at once."""
        if self._drain.draining or not self.started:
            super().handle_exit(sig, frame)
            return
        self._drain.draining = True
        # A signal handler runs between any two bytecodes: only hand the rest to the loop.
        loop = asyncio.get_running_loop()
        loop.call_soon_threadsafe(self._announce, loop, sig)

    def _announce(self, loop: asyncio.AbstractEventLoop, sig: int) -> None:
        _log.info("draining", extra={"drain_s": self._drain_s})
        loop.call_later(self._drain_s, super().handle_exit, sig, None)
