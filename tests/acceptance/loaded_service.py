"""A service under load from one process, several, or several machines; here of this one."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from tests.e2e.drills.bare_project import bare_project
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

_SERVER = """
import http.server, sys, time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/slow":
            time.sleep(0.6)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
_PIPELINE = """
name = "loaded"

[build]
kind = "command"
command = ["cp", "server.py", "{output}"]

[run]
command = ["python3", "-S", "-E", "{artifact}/server.py", "{port}"]
ready = "/"
deploy_timeout_s = 60
drain_timeout_s = 2

[stages.performance]
environment = "field"

LOAD

[[stages.performance.objectives]]
measure = "load.p95_ms"
pass = "< 500"

[[stages.performance.objectives]]
measure = "load.error_ratio"
pass = "<= 0"

[environments.field]
replicas = 1
strategy = "in-place"
"""
_LOCUSTFILE = """
import os
import signal

from locust import HttpUser, constant_throughput, task
from pytest_pipeline.load_data import take


class Buyer(HttpUser):
    wait_time = constant_throughput(5)

    def on_start(self):
        self.customer = take("customers")

    @task
    def get(self):
        self.client.get(os.environ["PATH_ASKED"], headers={"X-Customer": self.customer})
        victim = os.environ.get("VICTIM")
        if victim and self.customer == "c0":
            os.kill(os.getpid(), signal.SIGKILL)
"""
_TEST = """
import os


def test_load(pipeline_load_test):
    victim = {"VICTIM": "c0"} if os.environ.get("WITH_VICTIM") else {}
    result = pipeline_load_test(
        "locustfile_it.py",
        users=12,
        spawn_rate=12,
        duration_s=8,
        variables={"PATH_ASKED": os.environ["ASKED"], **victim},
        data={"customers": [f"c{number}" for number in range(12)]},
    )
    result.assert_valid()
"""


@dataclass(frozen=True)
class Way:
    """A way to make the load.

    Attributes:
        name: For people.
        table: The table ``load`` of the stage.
        workers: Names of the workers.
        listen: Where they are awaited.
    """

    name: str
    table: str = ""
    workers: tuple[str, ...] = ()
    listen: str = ""


def ways() -> tuple[Way, ...]:
    """Return the ways that have to come to the same verdict."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    two = f'[stages.performance.load]\nworkers = ["left", "right"]\nlisten = "{listen}"'
    return (
        Way("one process"),
        Way("processes = 2", "[stages.performance.load]\nprocesses = 2"),
        Way("master and 2 workers", two, ("left", "right"), listen),
    )


def loaded_service(drill: Drill, way: Way, name: str) -> Repository:
    """Write the service, and its load test made in that way."""
    return bare_project(
        drill,
        {
            "server.py": _SERVER,
            "pipeline.toml": _PIPELINE.replace("LOAD", way.table),
            "tests/performance/locustfile_it.py": _LOCUSTFILE,
            "tests/performance/test_it.py": _TEST,
        },
        name=name,
    )
