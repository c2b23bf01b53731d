"""The tiny service: answers with its release, and fails as its environment says.

FAULT_ONLY_IN           environment that the faults are for; every one by default
FAULT_NEVER_READY       1: readiness is never said
FAULT_STATUS            status of every answer but readiness
FAULT_CRASH_AFTER       number of requests after which the process dies
FAULT_CRASH_AT_START    1: it dies before it listens
FAULT_SLOW_S            seconds that every answer but readiness takes
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ENVIRONMENT = os.environ.get("PIPELINE_ENVIRONMENT", "")
RELEASE = os.environ.get("PIPELINE_RELEASE", "")
GREETING = "hello"


def fault(name: str) -> str:
    """Return a fault's value; empty when it is off here."""
    only_in = os.environ.get("FAULT_ONLY_IN", ENVIRONMENT)
    return os.environ.get(f"FAULT_{name}", "") if only_in == ENVIRONMENT else ""


class Handler(BaseHTTPRequestHandler):
    """Answers every GET with what and who it is."""

    protocol_version = "HTTP/1.1"
    requests = itertools.count(1)
    answered = 0
    counting = threading.Lock()

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/ready":
            self.answer(503 if fault("NEVER_READY") else 200)
            return
        if self.path == "/metrics":
            self.count()
            return
        with self.counting:
            Handler.answered += 1
        if fault("CRASH_AFTER") and next(self.requests) > int(fault("CRASH_AFTER")):
            print("crashing as I was told", flush=True)
            os._exit(70)
        time.sleep(float(fault("SLOW_S") or 0))
        self.answer(int(fault("STATUS") or 200))

    def do_POST(self) -> None:
        """Read the body and answer."""
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.do_GET()

    def count(self) -> None:
        """Say how many requests came, readiness and this one left out."""
        body = f"# TYPE requests_total counter\nrequests_total {self.answered}\n".encode()
        self.send_response(200)
        self.send_header("content-type", "text/plain; version=0.0.4")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, status: int) -> None:
        """Send an answer."""
        who = {"greeting": GREETING, "release": RELEASE, "environment": ENVIRONMENT}
        body = json.dumps(who).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be silent."""


class Server(ThreadingHTTPServer):
    """Finishes the requests in flight before it ends."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 128


def main(port: int) -> None:
    """Serve until SIGTERM."""
    if fault("CRASH_AT_START"):
        sys.exit("crashing at the start as I was told")
    server = Server(("127.0.0.1", port), Handler)
    stop = threading.Thread(target=server.shutdown)
    signal.signal(signal.SIGTERM, lambda *_: stop.start())
    print(f"listening on {port}", flush=True)
    server.serve_forever(poll_interval=0.02)
    os._exit(0)  # idle connections would be waited for


if __name__ == "__main__":
    main(int(sys.argv[1]))
