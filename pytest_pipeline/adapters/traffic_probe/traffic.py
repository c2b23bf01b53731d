"""Open-model traffic: requests at their due times, whatever became of those before.

Runs in the generator's process.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pytest_pipeline.adapters.traffic_probe.exchange import (
    BrokenAnswerError,
    Connection,
    connect,
)
from pytest_pipeline.adapters.traffic_probe.verdict import judge
from pytest_pipeline.adapters.traffic_probe.wording import Worded
from pytest_pipeline.domain.traffic import Outcome, RequestSample


@dataclass(frozen=True)
class TrafficSpec:
    """What is sent.

    Attributes:
        host: Address of the router.
        port: Its port.
        requests: The requests, without an end.
        rate: Requests a second; > 0.
        timeout_s: Time for an answer, seconds; > 0.
        connections: Connections kept open; count, >= 1.
        most_connections: More than this are never open, however long requests hang; count.
    """

    host: str
    port: int
    requests: Iterator[Worded]
    rate: float
    timeout_s: float
    connections: int
    most_connections: int


class Traffic:
    """Sends requests and reports each one when it is over.

    Args:
        spec: What is sent.
        report: Called with every request.
    """

    def __init__(self, spec: TrafficSpec, report: Callable[[RequestSample], None]) -> None:
        self._spec = spec
        self._report = report
        self._idle: deque[Connection] = deque()
        self._busy = 0
        self._underway: set[asyncio.Task[None]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop, then wait for the answers under way."""
        interval_s = 1 / self._spec.rate
        due_s = time.monotonic()
        while not stopping.is_set():
            await _until(due_s, stopping)
            if stopping.is_set():
                break
            request = next(self._spec.requests)
            task = asyncio.create_task(self._request(request, due_s))
            self._underway.add(task)
            task.add_done_callback(self._underway.discard)
            due_s += interval_s
        if self._underway:
            await asyncio.wait(self._underway)
        for connection in self._idle:
            connection.close()

    async def _request(self, request: Worded, due_s: float) -> None:
        sent_s = time.monotonic()
        got = await self._outcome(request)
        done_s = time.monotonic()
        self._report(RequestSample(due_s, sent_s, done_s, *got, request.route, request.marker))

    async def _outcome(self, request: Worded) -> tuple[Outcome, str, str]:
        most = self._spec.most_connections
        if self._busy >= most:
            return Outcome.UNSENT, "", f"not sent, all {most} connections hang"
        self._busy += 1
        try:
            async with asyncio.timeout(self._spec.timeout_s):
                return await self._exchange(request)
        except TimeoutError:
            detail = "timeout"
        except ConnectionRefusedError:
            detail = "refused"
        except ConnectionError:
            detail = "reset"
        except BrokenAnswerError as error:
            detail = str(error)
        except OSError as error:
            detail = error.strerror or repr(error)
        finally:
            self._busy -= 1
        return Outcome.LOST, "", detail

    async def _exchange(self, request: Worded) -> tuple[Outcome, str, str]:
        connection = self._take() or await connect(self._spec.host, self._spec.port)
        try:
            return judge(*await connection.ask(request.text, bodiless=request.bodiless))
        finally:
            self._give_back(connection)

    def _take(self) -> Connection | None:
        """Return a connection that can be used, or None where a new one is wanted."""
        while self._idle and self._busy + len(self._idle) > self._spec.connections:
            connection = self._idle.popleft()
            # One that the router closed in between never carried this request: not a loss.
            if connection.usable:
                return connection
            connection.close()
        return None

    def _give_back(self, connection: Connection) -> None:
        if connection.usable and self._busy + len(self._idle) <= self._spec.connections:
            self._idle.append(connection)
        else:
            connection.close()


async def _until(due_s: float, stopping: asyncio.Event) -> None:
    wait_s = due_s - time.monotonic()
    if wait_s <= 0:
        await asyncio.sleep(0)
        return
    try:
        async with asyncio.timeout(wait_s):
            await stopping.wait()
    except TimeoutError:
        return
