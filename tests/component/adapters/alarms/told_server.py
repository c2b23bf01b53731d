"""A server on loopback that answers what it is told, for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Told:
    """An answer.

    Attributes:
        body: What it holds.
        status: Its status.
        headers: Its headers.
        after: When it is set the answer is sent; None for at once.
    """

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    after: threading.Event | None = None


class ToldServer:
    """Answers by path, the query left out; what it was asked is kept."""

    def __init__(self) -> None:
        self.answers: dict[str, Told] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, dict(self.headers)))
                told = outer.answers.get(self.path.partition("?")[0], Told("unknown", 404))
                if told.after is not None:
                    told.after.wait(30)
                body = told.body.encode() if isinstance(told.body, str) else told.body
                self.send_response(told.status)
                for name, value in told.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """End it."""
        for each in self.answers.values():
            if each.after is not None:
                each.after.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
