"""Faults that can be switched on by environment variables, for drills.

A release can so pass every test and then fail in production only
(``FAULT_ONLY_IN=production``). Operational routes are never disturbed, except that
``FAULT_NEVER_READY`` is about readiness itself.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orders.environment import EnvironmentReader

OPERATIONAL_PATHS = frozenset({"/livez", "/readyz", "/metrics", "/version"})
CRASH_EXIT_CODE = 70
# uvloop writes at the end of its turn: the last answer must leave before the crash.
CRASH_DELAY_S = 0.02


@dataclass(frozen=True, kw_only=True)
class FaultPlan:
    """Which faults an instance shows; the default is none.

    Attributes:
        error_ratio: Share of business requests answered 500, 0..1.
        latency_ms: Milliseconds added to every business request, 0..60000.
        crash_after_requests: The process exits with 70 after this many business
            requests; 0 is never.
        never_ready: Readiness is always 503.
        slow_drain_s: Seconds added to the drain after SIGTERM, 0..600.
    """

    error_ratio: Fraction = Fraction(0)
    latency_ms: float = 0.0
    crash_after_requests: int = 0
    never_ready: bool = False
    slow_drain_s: float = 0.0

    @property
    def disturbs_requests(self) -> bool:
        """Whether the middleware has anything to do."""
        return bool(self.error_ratio or self.latency_ms or self.crash_after_requests)


def read_fault_plan(reader: EnvironmentReader, environment: str) -> FaultPlan:
    """Read the ``FAULT_*`` variables; bad ones are refused even where they do not apply."""
    plan = FaultPlan(
        # A Fraction of the text: 0.1 is then exactly every tenth request.
        error_ratio=Fraction(reader.number("FAULT_ERROR_RATIO", low="0", high="1")),
        latency_ms=float(reader.number("FAULT_LATENCY_MS", low="0", high="60000")),
        crash_after_requests=reader.count("FAULT_CRASH_AFTER_REQUESTS", high=1_000_000_000),
        never_ready=reader.flag("FAULT_NEVER_READY"),
        slow_drain_s=float(reader.number("FAULT_SLOW_DRAIN_S", low="0", high="600")),
    )
    only_in = reader.names("FAULT_ONLY_IN")
    return plan if not only_in or environment in only_in else FaultPlan()


@dataclass(frozen=True)
class Disturbance:
    """What happens to one request."""

    fails: bool
    crashes: bool


class FaultSchedule:
    """Spreads the faults of a plan evenly over the requests; no dice."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan
        self._requests = 0

    def next(self) -> Disturbance:
        """Count one business request and say what happens to it.

        The n-th request fails when ``floor(n·ratio)`` rises, so after any n requests
        exactly ``floor(n·ratio)`` have failed.
        """
        before, self._requests = self._requests, self._requests + 1
        ratio = self._plan.error_ratio
        return Disturbance(
            fails=int(self._requests * ratio) > int(before * ratio),
            crashes=self._requests == self._plan.crash_after_requests,
        )


class FaultMiddleware:
    """Applies a plan to the business routes of an ASGI app."""

    def __init__(
        self, app: ASGIApp, plan: FaultPlan, exit_process: Callable[[int], object] = os._exit
    ) -> None:
        self._app = app
        self._plan = plan
        self._schedule = FaultSchedule(plan)
        self._exit_process = exit_process

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Disturb one request as scheduled."""
        if scope["type"] != "http" or scope["path"] in OPERATIONAL_PATHS:
            await self._app(scope, receive, send)
            return
        disturbance = self._schedule.next()
        if self._plan.latency_ms:
            await asyncio.sleep(self._plan.latency_ms / 1000)
        app = _injected_failure if disturbance.fails else self._app
        await app(scope, receive, self._crashing(send) if disturbance.crashes else send)

    def _crashing(self, send: Send) -> Send:
        async def send_then_crash(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                loop = asyncio.get_running_loop()
                loop.call_later(CRASH_DELAY_S, self._exit_process, CRASH_EXIT_CODE)

        return send_then_crash


async def _injected_failure(scope: Scope, receive: Receive, send: Send) -> None:
    body = {"code": "injected_fault", "message": "failing on purpose: FAULT_ERROR_RATIO is set"}
    await JSONResponse(body, status_code=500)(scope, receive, send)
