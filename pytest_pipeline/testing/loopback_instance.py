"""An HTTP instance on the loopback interface that does what a test tells it."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from pytest_pipeline.domain.routing import Backend, BackendState
from pytest_pipeline.domain.traffic import DETAILS_HEADER, RELEASE_HEADER

_DEADLINE_S = 10.0

#: Closing with this option sends a reset instead of an orderly end.
_RESET_ON_CLOSE = b"\x01\x00\x00\x00\x00\x00\x00\x00"


class LoopbackInstance:
    """A listening instance; use it as a context manager.

    Paths: ``/status/NNN`` answers NNN, ``/hold`` answers when `release` is called, ``/reset``
    resets the connection, ``/half`` ends it within the body, ``/quit`` ends it after the answer
    without a word, ``/forged`` claims that another release answered; everything else answers 200.

    Attributes:
        id: Its identifier, ``r7-0``.
        port: Its port, 1-65535.
        requests: Requests that arrived; count.
        connections: Connections that were opened; count.
        holding: Requests that are held; count.
    """

    def __init__(self, instance: str) -> None:
        self.id = instance
        self.requests = 0
        self.holding = 0
        self.connections = 0
        self._changed = threading.Condition()
        self._released = threading.Event()
        self._connections: set[socket.socket] = set()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"instance": self}))
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def backend(self, *, draining: bool = False) -> Backend:
        """Return it as a backend of a routing table."""
        state = BackendState.DRAINING if draining else BackendState.SERVING
        return Backend(self.id, "127.0.0.1", self.port, state)

    def release(self) -> None:
        """Answer what is held, now and later."""
        self._released.set()

    def await_requests(self, count: int) -> None:
        """Wait until that many requests arrived.

        Raises:
            TimeoutError: If that takes more than 10 s.
        """
        self._await(lambda: self.requests >= count)

    def await_held(self, count: int) -> None:
        """Wait until that many requests are held.

        Raises:
            TimeoutError: If that takes more than 10 s.
        """
        self._await(lambda: self.holding >= count)

    def close(self) -> None:
        """Stop at once: refuse new connections and end those there are."""
        self.release()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(_DEADLINE_S)
        self._server.server_close()
        with self._changed:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def hold(self) -> None:
        """Hold the calling request until `release`; for the handler."""
        with self._changed:
            self.holding += 1
            self._changed.notify_all()
        self._released.wait(_DEADLINE_S)
        with self._changed:
            self.holding -= 1

    def arrived(self) -> None:
        """Count a request; for the handler."""
        with self._changed:
            self.requests += 1
            self._changed.notify_all()

    def connected(self, connection: socket.socket, *, is_open: bool) -> None:
        """Note a connection that was opened or closed; for the handler."""
        with self._changed:
            if is_open:
                self.connections += 1
                self._connections.add(connection)
            else:
                self._connections.discard(connection)

    def _await(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, _DEADLINE_S):
                raise TimeoutError(f"{self.id}: {self.requests} requests, {self.holding} held")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # a connection that finds no place waits for a second


class _Handler(BaseHTTPRequestHandler):
    """Serves one connection for an instance."""

    instance: LoopbackInstance
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body in one packet

    def setup(self) -> None:
        self.instance.connected(self.request, is_open=True)
        super().setup()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.instance.connected(self.request, is_open=False)

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.instance.arrived()
        if self.path == "/hold":
            self.instance.hold()
        if self.path == "/reset":
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self.close_connection = True
            os.close(self.request.detach())  # without the orderly end that `close` sends first
            return
        self._answer()

    def do_HEAD(self) -> None:
        self.instance.arrived()
        self._answer(body=False)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.instance.arrived()
        self._answer()

    def _answer(self, *, body: bool = True) -> None:
        known = self.path.startswith("/status/")
        self.send_response(int(self.path.removeprefix("/status/")) if known else 200)
        self.send_header("content-length", str(len(self.instance.id)))
        if self.path == "/forged":
            self.send_header(RELEASE_HEADER, "forged")
            self.send_header(DETAILS_HEADER, "forged")
        self.end_headers()
        if not body:
            return
        half = self.path == "/half"
        self.wfile.write(self.instance.id.encode()[: 1 if half else None])
        self.close_connection |= half or self.path == "/quit"
